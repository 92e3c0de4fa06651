-- Manual 3.4.6 and 3.4.7: concatenation and length.
print("a" .. "b" .. "c", 1 .. 2, "x" .. 1.5 .. -3, 2^31 .. "")            --> abc	12	x1.5-3	2147483648.0
local s = ""
for i = 1, 300 do s = s .. i end
assert(#s == 9 + 90 * 2 + 201 * 3)
-- Long chains are one operation.
local parts = {}
for i = 1, 150 do parts[i] = "'" .. i .. "'" end
local f = load("local a = ... return a .. " .. table.concat(parts, " .. ") .. " .. a")
assert(#f("<>") == 9 + 90 * 2 + 51 * 3 + 4)
-- Every length around the borders of short and long strings; equal contents are one key.
local t = {}
for n = 0, 130 do
  local a, b = ("k"):rep(n), ("k"):rep(n // 2) .. ("k"):rep(n - n // 2)
  assert(a == b and #a == n and rawequal(a, b) and rawlen(a) == n)
  t[a] = n
  assert(t[b] == n)
end
for n = 0, 130 do assert(t[("k"):rep(n)] == n) end
assert(("x"):rep(40) ~= ("x"):rep(41) and ("x"):rep(40) .. "y" ~= ("x"):rep(41))
local a, b = ("ab"):rep(50000), ("ab"):rep(49999) .. "ab"
t[a] = "long"
assert(a == b and t[b] == "long" and t[a .. ""] == "long" and t[a .. "x"] == nil)
assert("" .. a == a and a .. "" == a and #(a .. b) == 200000)
assert(("a\0b" .. "\0c") == "a\0b\0c" and #("\0" .. "\0") == 2)
-- Numbers among short pieces, around the border of short results: as through tostring, each length once.
local numbers = {0, -1, 7, 123456, -(1 << 47), math.maxinteger, math.mininteger, 0.5, -0.0, 1e300, 2^53, 1 / 0, -1 / 0}
for _, n in ipairs(numbers) do
  for pad = 0, 45 do
    local p, text = ("p"):rep(pad), tostring(n)
    local whole = table.concat{p, text}
    assert(p .. n == whole and ({[whole] = pad})[p .. n] == pad)
    assert(n .. p == table.concat{text, p} and p .. n .. p == table.concat{p, text, p})
    assert(n .. "" .. p .. n == text .. p .. text and #(p .. n .. n) == pad + 2 * #text)
  end
end
-- The operands stay as they are, also where a metamethod takes over in the middle.
local joined = setmetatable({}, {__concat = function(l, r) return l == 12 and {l, r} or 7 end})
local n, tail = 12, "b" .. joined
assert(tail == 7 and (n .. joined)[1] == 12 and "a" .. n .. "b" .. joined .. 1 == "a12b7" and n == 12)
-- Precedence: right associative, below arithmetic, above comparison.
assert(1 + 2 .. 3 + 4 == "37" and "a" .. "b" == "ab" and 2 .. 3 ^ 2 == "29.0" and -1 .. "" == "-1")
assert("a" .. "b" < "ac" and #"ab" .. "" == "2")
-- Errors.
local function e(c) local ok, m = pcall(load(c, "=e")) return m end
print(e"return 'a' .. nil")                       --> e:1: attempt to concatenate a nil value
print(e"return nil .. 'a'")                       --> e:1: attempt to concatenate a nil value
print(e"local a = {} return 'x' .. a")            --> e:1: attempt to concatenate a table value (local 'a')
print(e"local a = {} return a .. 'x' .. 'y'")     --> e:1: attempt to concatenate a table value (local 'a')
print(e"local a = {} return 'x' .. 'y' .. a.name") --> e:1: attempt to concatenate a nil value (field 'name')
print(e"return 1 .. true")                        --> e:1: attempt to concatenate a boolean value
print(e"return {} .. {}")                         --> e:1: attempt to concatenate a table value
print(e"return undefinedvar .. 'x'")              --> e:1: attempt to concatenate a nil value (global 'undefinedvar')
print(e"local a = 'x' return (function() return a .. nil end)()")  --> e:1: attempt to concatenate a nil value
print(e"local t = {} return 'x' .. t.a .. t.b")   --> e:1: attempt to concatenate a nil value (field 'a')
-- Length.
print(#"", #"abc", #"\0\0", #{}, #{1, 2, 3}, #{n = 1}, #{nil}, #{1, 2, nil})   --> 0	3	2	0	3	0	0	2
print(e"return #nil")                             --> e:1: attempt to get length of a nil value
print(e"local a = 5 return #a")                   --> e:1: attempt to get length of a number value (local 'a')
print(e"local t = {} return #t.x")                --> e:1: attempt to get length of a nil value (field 'x')
print(e"return #print")                           --> e:1: attempt to get length of a function value (global 'print')
-- Any border is right where there are holes; the only one where there are none.
local function border(t)
  local n = #t
  assert((n == 0 and t[1] == nil) or (n > 0 and t[n] ~= nil and t[n + 1] == nil))
  return n
end
assert(border{1, 2, nil, 4} and border{nil, 2} and border{nil, nil, 3} and border{[1] = 1, [2] = 2, [4] = 4})
local q = {}
for i = 1, 1000 do q[i] = i assert(#q == i) end
for i = 1000, 1, -1 do q[i] = nil assert(#q == i - 1) end
for i = 100, 1, -1 do q[i] = i end            -- filled backwards
assert(#q == 100)
q = {}
for i = 1, 64 do q[#q + 1] = i end
assert(#q == 64)
q[32] = nil border(q) q[64] = nil border(q) q[1] = nil border(q)
q = {n = 1, [1] = 1, [2] = 2, [3] = 3}
assert(#q == 3)
q[2.0^1 + 2] = 4
assert(#q == 4)
q = setmetatable({1, 2, 3}, {__len = function(t) return rawlen(t) * 10 end})
assert(#q == 30 and rawlen(q) == 3)
-- A queue: head and tail wander.
q = {}
local head, tail = 1, 0
for i = 1, 5000 do
  tail = tail + 1 q[tail] = i
  if i % 2 == 0 then assert(q[head] == head) q[head] = nil head = head + 1 end
end
for i = head, tail do assert(q[i] == i) end
assert(q[head - 1] == nil and q[tail + 1] == nil)
