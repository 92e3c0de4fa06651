-- Manual 3.3.5: numerical and generic for.
local function collect(a, b, c)
  local r = {}
  if c then for i = a, b, c do r[#r + 1] = tostring(i) if #r > 20 then break end end
  else for i = a, b do r[#r + 1] = tostring(i) if #r > 20 then break end end end
  return table.concat(r, " ")
end
print(collect(1, 3), collect(3, 1), collect(3, 1, -1))          --> 1 2 3		3 2 1
print(collect(1, 2, 0.5))                                        --> 1.0 1.5 2.0
print(collect(1.0, 3))                                           --> 1.0 2.0 3.0
print(collect(1, 3.9), collect(1, -0.5), collect(-1, -3.5, -1))  --> 1 2 3		-1 -2 -3
print(collect(1, math.huge, 1 << 59))                            -->~ 1 576460752303423489 .*
print(collect(0.1, 0.35, 0.1))                                   --> 0.1 0.2 0.3
print(collect(5, 5), collect(5, 4), collect(5, 6, 10))           --> 5		5

-- The borders of the integers: no overflow, no endless loop.
local min, max = math.mininteger, math.maxinteger
local function count(a, b, c) local n = 0 for _ = a, b, c or 1 do n = n + 1 if n > 50 then return "many" end end return n end
print(count(max - 2, max), count(max, max), count(max, max, 1 << 62))          --> 3	1	1
print(count(min + 2, min, -1), count(min, min), count(min, min, -1))           --> 3	1	1
print(count(min, max, max), count(max, min, min), count(0, max, max))          --> 3	2	2
print(count(max - 10, math.huge), count(min + 10, -math.huge, -1))             --> 11	11
print(count(1, -math.huge), count(-1, math.huge, -1), count(1, 0/0), count(1, 0/0, -1))  --> 0	0	0	many
print(count(0/0, 1), count(-math.huge, 0, math.huge))                          --> 1	1
print(count(max, max + 1.0), count(min, min - 1.0, -1))                        --> 1	1
print(count(1, 99999999999999999999.0, 1 << 61))                               --> 4
-- And of the 48-bit ones.
local border = 1 << 47
local r = {}
for i = border - 2, border + 1 do r[#r + 1] = i end
print(table.concat(r, " "))   --> 140737488355326 140737488355327 140737488355328 140737488355329
r = {}
for i = -border + 1, -border - 2, -1 do r[#r + 1] = i end
print(table.concat(r, " "))   --> -140737488355327 -140737488355328 -140737488355329 -140737488355330
r = {}
for i = -2 * border, 2 * border, border do r[#r + 1] = i end
print(table.concat(r, " "))   --> -281474976710656 -140737488355328 0 140737488355328 281474976710656

-- The control variable is a copy; bounds are evaluated once.
local n = 0
for i = 1, 3 do n = n + 1 i = 10 end
assert(n == 3)
local evaluations = 0
local function bound() evaluations = evaluations + 1 return 3 end
for i = bound(), bound() + 2, bound() do end
assert(evaluations == 3)
local fs = {}
for i = 1, 3 do fs[i] = function() i = i + 1 return i end end
print(fs[1](), fs[1](), fs[2](), fs[3]())                        --> 2	3	3	4

-- Errors.
local function e(code) local ok, m = pcall(load(code, "=f")) return m end
print(e"for i = 'x', 2 do end")          --> f:1: bad 'for' initial value (number expected, got string)
print(e"for i = 1, 'x' do end")          --> f:1: bad 'for' limit (number expected, got string)
print(e"for i = 1, 2, 'x' do end")       --> f:1: bad 'for' step (number expected, got string)
print(e"for i = 1, 2, 0 do end")         --> f:1: 'for' step is zero
print(e"for i = 1.0, 2, 0 do end")       --> f:1: 'for' step is zero
print(e"for i = {}, 2 do end")           --> f:1: bad 'for' initial value (number expected, got table)
print(e"for i = '1', 2 do end")          --> nil
print(e"for i = 1, nil do end")          --> f:1: bad 'for' limit (number expected, got nil)
print(e"for a in 1 do end")              --> f:1: attempt to call a number value (for iterator 'for iterator')
print(e"for a in nil do end")            --> f:1: attempt to call a nil value (for iterator 'for iterator')
print(e"local x for a in x do end")      --> f:1: attempt to call a nil value (for iterator 'for iterator')
print(e"for a in pairs() do end")        --> f:1: bad argument #1 to 'pairs' (value expected)
print(e"for k, v in pairs(nil) do end")  --> f:1: bad argument #1 to 'for iterator' (table expected, got nil)
print(e"for k, v in ipairs() do end")    --> f:1: bad argument #1 to 'ipairs' (value expected)
print(e"for k, v in next, 1 do end")     -->~ .*

-- Generic for: any callable, state, closing value.
local function iterate(s, c) if c < s then return c + 1, c * c end end
local sum = 0
for i, sq in iterate, 5, 0 do sum = sum + sq end
assert(sum == 30)
local callable = setmetatable({}, {__call = function(_, s, c) c = (c or 0) + 1 if c <= s then return c end end})
sum = 0
for i in callable, 4 do sum = sum + i end
assert(sum == 10)
local seen = {}
for a, b, c, d, e in function(s, c) if c < 2 then return c + 1, "b", nil, "d" end end, nil, 0 do
  seen[#seen + 1] = a .. tostring(b) .. tostring(c) .. tostring(d) .. tostring(e)
end
print(table.concat(seen, " "))                                    --> 1bnildnil 2bnildnil
-- The fourth value is closed at the end, at break, at an error, at return and goto.
local closed = {}
local function closer(tag) return setmetatable({}, {__close = function(_, err) closed[#closed + 1] = tag .. (err and "!" or "") end}) end
local function run(tag, body) for i in function(_, c) if c < 3 then return c + 1 end end, nil, 0, closer(tag) do local v = body(i) if v == "break" then break elseif v == "return" then return i elseif v == "goto" then goto out end end ::out:: end
run("end", function() end)
run("break", function() return "break" end)
assert(run("return", function() return "return" end) == 1)
run("goto", function() return "goto" end)
pcall(run, "error", function() error("x") end)
print(table.concat(closed, " "))                                  --> end break return goto error!
-- pairs, ipairs and next over all kinds of tables.
local t = {10, 20, 30, nil, 50, x = 1, [2.5] = 2, [true] = 3}
local n, keys = 0, {}
for k, v in pairs(t) do n = n + 1 keys[k] = v end
assert(n == 7 and keys[5] == 50 and keys[2.5] == 2 and keys[true] == 3)
n = 0
for i, v in ipairs(t) do n = n + 1 assert(v == i * 10) end
assert(n == 3)
for k in pairs({}) do error("nothing to see") end
for i in ipairs(setmetatable({}, {__index = function(_, i) if i <= 5 then return i end end})) do n = n + i end
assert(n == 3 + 15)
-- A for loop that creates coroutines and yields.
local co = coroutine.wrap(function() for i = 1, 3 do for k, v in pairs{coroutine.yield(i)} do coroutine.yield(v) end end end)
print(co(), co("a"), co(), co("b"), co(), co())                   --> 1	a	2	b	3

-- Loop state is within reach of debug.setlocal: values of other types there do no harm.
local function disturb(value)
  local rounds = 0
  for _ = 1, 10 do
    rounds = rounds + 1
    local index, name = 1, ""
    while name do
      name = debug.getlocal(1, index)
      if name == "(for state)" then debug.setlocal(1, index, value) end
      index = index + 1
    end
    if rounds > 20 then break end
  end
  return rounds
end
for _, value in ipairs{{}, "x", 1.5, true, print, math.maxinteger, io.stdout, 3} do
  assert(disturb(value) >= 1)
end

-- The last index is met exactly, whatever the step; borders of small integers included.
local function rounds(init, limit, step)
  local count, last = 0, nil
  for i = init, limit, step do count, last = count + 1, i end
  return count, last
end
for _, case in ipairs{{1, 10, 3, 4, 10}, {1, 9, 3, 3, 7}, {10, 1, -4, 3, 2}, {-2, 2, 1, 5, 2}, {2, -2, -1, 5, -2}, {1, 0, 1, 0},
                      {(1 << 47) - 3, (1 << 47) + 2, 1, 6, (1 << 47) + 2}, {(1 << 47) - 3, (1 << 47) - 1, 1, 3, (1 << 47) - 1},
                      {-(1 << 47), -(1 << 47) + 4, 2, 3, -(1 << 47) + 4}, {-(1 << 47) + 4, -(1 << 47), -2, 3, -(1 << 47)},
                      {1, 3.7, 1, 3, 3}, {math.maxinteger - 1, math.maxinteger, 1, 2, math.maxinteger}} do
  local count, last = rounds(case[1], case[2], case[3])
  assert(count == case[4] and last == case[5])
end
-- One loop, by turns with integers, doubles and wide integers; and a constant that is wide.
for _ = 1, 3 do
  assert(rounds(1, 3, 1) == 3 and rounds(1.0, 3, 1) == 3 and rounds(1 << 60, (1 << 60) + 2, 1) == 3)
end
local function above(x) return x > 0x7fffffffffff0, x + 0x7fffffffffff0, x == 0x7fffffffffff0 end
for _, x in ipairs{1, 2.5, 0x7fffffffffff1, 3, 0x7fffffffffff0} do
  local greater, sum, same = above(x)
  assert(greater == (x == 0x7fffffffffff1) and sum - x == 0x7fffffffffff0 and same == (x == 0x7fffffffffff0))
end

-- A loop whose state debug.setlocal changes goes on from there, as many rounds as were left or are said.
local function indices(which, value)
  local seen = {}
  for i = 1, 9, 2 do
    seen[#seen + 1] = i
    local index, states = 1, 0
    while i == 3 do
      local name = debug.getlocal(1, index)
      if not name then break end
      if name == "(for state)" then
        states = states + 1
        if states == which then debug.setlocal(1, index, value) break end
      end
      index = index + 1
    end
  end
  return table.concat(seen, " ")
end
print(indices(1, 20), indices(2, 1), indices(3, 5))    --> 1 3 22 24 26	1 3 5	1 3 8 13 18
