-- Manual 3.4.4: comparison of numbers of both subtypes, strings and mixtures.
local max, min, huge = math.maxinteger, math.mininteger, math.huge
print(1 < 2, 2 < 1, 1 <= 1, 1 > 2, 2 >= 3, 1 == 1.0, 1 ~= 1.0, 1 < 1.5, 1.5 <= 1)   --> true	false	true	false	false	true	false	true	false
-- Exact comparison where doubles round.
assert(2^53 < (1 << 53) + 1 and (1 << 53) + 1 > 2^53 and (1 << 53) + 1 ~= 2^53 + 1)
assert(max < 2^63 and max <= 2^63 and not (max >= 2^63) and max ~= 2^63 and 2^63 > max)
assert(min == -2^63 and min <= -2^63 and not (min < -2^63) and min > -2^64 and min < -2^62)
assert(max > max - 1.0 - 1024 and max - 1 < 2^63 and max // 1 | 0 == max)
local nan = 0 / 0
for _, v in ipairs {0, 1.5, max, min, huge, -huge, nan} do
  assert(not (v < nan) and not (v > nan) and not (v <= nan) and not (v >= nan) and v ~= nan and not (v == nan))
  assert(not (nan < v) and not (nan >= v) and nan ~= v)
end
assert(max < huge and min > -huge and not (max >= huge) and -huge < min and huge > max and huge >= huge and huge == huge)
-- A total order over mixed values: the sorted list is compared pairwise.
local ordered = {-huge, -1e300, -2^64, min, min + 1, -2^62, -(1 << 53) - 1, -2^53, -(1 << 48), -(1 << 47) - 1, -(1 << 47), -2.5, -2, -1.5,
                 -1, -0.5, 0, 5e-324, 0.5, 1, 1.5, 2, (1 << 47) - 1, 1 << 47, (1 << 47) + 0.5, (1 << 47) + 1, 2^53, (1 << 53) + 1, 2^62, max - 1, max, 2^63, 2^64, 1e300, huge}
for i, a in ipairs(ordered) do
  for j, b in ipairs(ordered) do
    assert((a < b) == (i < j) and (a <= b) == (i <= j) and (a > b) == (i > j) and (a >= b) == (i >= j))
    assert((a == b) == (i == j) and (a ~= b) == (i ~= j))
    if a < b then assert(i < j) else assert(i >= j) end
    if not (a <= b) then assert(i > j) else assert(i <= j) end
  end
end
-- With constants on each side (short ones have their own instructions).
for _, v in ipairs(ordered) do
  for _, c in ipairs {"0", "1", "-1", "127", "-128", "128", "1.0", "0.5", "-0.0", "1e10", "140737488355328", "9223372036854775807", "'x'"} do
    local k = load("return " .. c)()
    for _, op in ipairs {"<", "<=", ">", ">=", "==", "~="} do
      local right = load("local v = ... if v " .. op .. " " .. c .. " then return true else return false end")
      local left = load("local v = ... return " .. c .. " " .. op .. " v")
      local both = load("local v, k = ... return v " .. op .. " k, k " .. op .. " v")
      local ok, a, b = pcall(both, v, k)
      if ok then assert(right(v) == a and left(v) == b, op .. c)
      else assert(not pcall(right, v) and not pcall(left, v)) end
    end
  end
end
-- Strings compare by bytes (C locale), zeros and prefixes included.
local strings = {"", "\0", "\0\0", "\0a", "A", "B", "a", "a\0", "a\0b", "aa", "ab", "b", "\127", "\128", "\255"}
for i, a in ipairs(strings) do
  for j, b in ipairs(strings) do
    assert((a < b) == (i < j) and (a <= b) == (i <= j) and (a > b) == (i > j) and (a >= b) == (i >= j) and (a == b) == (i == j))
  end
end
local long1, long2 = ("x"):rep(1000) .. "a", ("x"):rep(1000) .. "b"
assert(long1 < long2 and long1 ~= long2 and long1 == ("x"):rep(1000) .. "a")
-- Equality of every type, also against constants.
local t, f, co = {}, print, coroutine.create(print)
local all = {true, false, 0, 0.5, "s", t, f, co, io.stdout}
for i, a in ipairs(all) do for j, b in ipairs(all) do assert((a == b) == (i == j) and (a ~= b) == (i ~= j)) end assert(a ~= nil and nil ~= a) end
local function kinds(v) return v == nil, v == true, v == false, v == 0, v == "s", v == 0.5, v ~= nil, v ~= "s" end
print(kinds(nil)) --> true	false	false	false	false	false	false	true
print(kinds(true)) --> false	true	false	false	false	false	true	true
print(kinds(false)) --> false	false	true	false	false	false	true	true
print(kinds(0)) --> false	false	false	true	false	false	true	true
print(kinds(-0.0)) --> false	false	false	true	false	false	true	true
print(kinds("s")) --> false	false	false	false	true	false	true	false
print(kinds(0.5)) --> false	false	false	false	false	true	true	true
-- Errors.
local function e(s) local ok, m = pcall(load(s, "=e")) return m end
print(e"return 1 < 'x'") --> e:1: attempt to compare number with string
print(e"return 'x' < 1") --> e:1: attempt to compare string with number
print(e"return {} < {}") --> e:1: attempt to compare two table values
print(e"return {} < 1") --> e:1: attempt to compare table with number
print(e"return nil <= 1") --> e:1: attempt to compare nil with number
print(e"return 1 >= nil") --> e:1: attempt to compare nil with number
print(e"return true > false") --> e:1: attempt to compare two boolean values
print(e"return print < print") --> e:1: attempt to compare two function values
print(e"local a = {} return a < 5") --> e:1: attempt to compare table with number
print(e"local a = 'x' return 5 >= a") --> e:1: attempt to compare string with number
print(e"return setmetatable({}, {__name = 'My'}) < 1") --> e:1: attempt to compare My with number
print(e"return io.stdout < io.stdout") --> e:1: attempt to compare two FILE* values
