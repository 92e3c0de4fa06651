-- string.format at a call site that the interpreter specialises, and called in full (as pcall does): the same
-- texts and errors for conversions of every kind.
local stress, round = os.getenv("FERROUS_GC_STRESS"), 0
local format = string.format

local flags = {"", "-", "0", "+", " ", "#", "-0", "+0", "#0", "- ", "+-"}
local widths = {"", "5", "12", "99", "100"}
local precisions = {"", ".", ".0", ".3", ".14", ".99"}
local letters = "diuxXocfgGeEaAsqpy"
local values = {0, 1, -1, 255, 1 << 47, -(1 << 47), math.maxinteger, math.mininteger, 0.0, -0.0, 0.5, 2.5, -1.5,
                1e15, 1e16, 1e300, 1 / 3, 99.995, 1e-5, 1 / 0, -1 / 0, 3.0, "", "hello", "a\"b\\c\n", "10", "3.5",
                "z\0z", "bell\a", ("long"):rep(30), ("x"):rep(1200), true, false}
local functions, compared = {}, 0
for f = 1, #flags do
  for _, width in ipairs(widths) do
    for p = 1, #precisions, stress and 3 or 1 do
      for l = 1, #letters do
        local text = "<%" .. flags[f] .. width .. precisions[p] .. letters:sub(l, l) .. ">%%"
        for v = 1 + (f + p + l) % 4, #values + 1, stress and 11 or 4 do -- the last one is nil
          local value = values[v]
          local ok, full = pcall(format, text, value)
          local good, direct = pcall(function() local s = format(text, value) return s end)
          assert(ok == good and (not ok or full == direct), text)
          assert(ok or direct:find(full, 1, true) or full:find("argument", 1, true), text)
          compared = compared + 1
        end
      end
    end
  end
end
assert(compared > (stress and 2000 or 40000))

local print = function(...) if round == 3 then print(...) end end
for i = 1, 3 do
  round = i
  print(format("%d %5d|%-5d|%05d %+d % d %i", 1, 2, 3, 4, 5, 6, 7.0))   --> 1     2|3    |00004 +5  6 7
  print(format("%x %X %#x %o %#o %.3d %.0d|", 255, 255, 255, 8, 8, 7, 0)) --> ff FF 0xff 10 010 007 |
  print(format("%5.2f|%-8.3f|%08.2f|%g %g %g", 1 / 3, 2.5, -1.005, 1e15, 0.1, 100)) -->  0.33|2.500   |-0001.00|1e+15 0.1 100
  print(format("%s %10s|%-10s|%.2s|%c%c", "a", "b", "c", "def", 72, 105)) --> a          b|c         |de|Hi
  print(format("%q %q %s %s %s %5s", "a\"b", 12, true, nil, 1.5, false))  --> "a\"b" 12 true nil 1.5 false
  print(pcall(function() return #format("%d", 1.5) end))                  -->~ false	.*number has no integer representation.*
  print(pcall(function() return #format("%05s", "x") end))                -->~ false	.*invalid conversion.*
  assert(not pcall(function() return #format("%" .. ("0"):rep(21) .. "d", 1) end))
  print(pcall(function() return #format("%d %d", 1) end))                 -->~ false	.*bad argument #3 to 'format' \(no value\)
end
do
  local with = setmetatable({}, {__tostring = function() return "shown" end})
  local meta = getmetatable("")
  for turn = 1, 3 do
    local s = format("%s %s", with, "x")
    assert(s == (turn == 2 and "shown [x]" or "shown x"))
    meta.__tostring = turn == 1 and function(v) return "[" .. v .. "]" end or nil
  end
end

-- tostring: 14 digits, half to even, whichever way they are found.
for i = 2, 3 do
  round = i
  print(0.1, 1e15, 123456.789, 1 / 3, -0.0, 2 ^ 53)      --> 0.1	1e+15	123456.789	0.33333333333333	-0.0	9.007199254741e+15
  print(0.001, 0.0001, 1e-5, 9999999999.999, 99999999999.5, 0.0005) --> 0.001	0.0001	1e-05	9999999999.999	99999999999.5	0.0005
  print(1e100, 5e-324, 1.7976931348623157e308, 12345678901234.5, 0.5) --> 1e+100	4.9406564584125e-324	1.7976931348623e+308	12345678901234.0	0.5
end
