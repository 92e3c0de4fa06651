-- Manual 3.4.1: arithmetic on integers and floats.
print(7 + 2, 7 - 2, 7 * 2, 7 / 2, 7 // 2, 7 % 2, 7 ^ 2, -7)              --> 9	5	14	3.5	3	1	49.0	-7
print(7.0 + 2, 7 - 2.0, 7 * 2.0, 7.0 / 2, 7.0 // 2, 7 % 2.0, -7.0)      --> 9.0	5.0	14.0	3.5	3.0	1.0	-7.0
print(7 // -2, -7 // 2, -7 // -2, 7 % -2, -7 % 2, -7 % -2)              --> -4	-4	3	-1	1	-1
print(7.5 // -2, -7.5 // 2, 7.5 % -2, -7.5 % 2, 5.3 % math.huge, -5.3 % math.huge)  --> -4.0	-4.0	-0.5	0.5	5.3	inf
print(5 % -math.huge, -5 % -math.huge, 0 % math.huge, 1 // math.huge, -1 // math.huge)  --> -inf	-5.0	0.0	0.0	-0.0
print(1 / 0, -1 / 0, 1 // 0.0, -1 // 0.0, 1.0 % 0 ~= 1.0 % 0, 0 / 0 ~= 0 / 0)      --> inf	-inf	inf	-inf	true	true
print(1 / -0.0, 0.0 == -0.0, -0.0, 0.0, 0.0 * -1, 1 / (0.0 * -1))                   --> -inf	true	-0.0	0.0	-0.0	-inf
print(2 ^ 10, 2 ^ -1, 2 ^ 0.5 == math.sqrt(2), (-8) ^ (1 / 3) ~= (-8) ^ (1 / 3), 0 ^ 0)  --> 1024.0	0.5	true	true	1.0
print(3 % -2, -3 % 2, 3 % 3, -3 % 3, 3.0 % -3, -3.0 % 3)                            --> -1	1	0	0	0.0	-0.0
print(pcall(function() return 1 // 0 end))   --> false	3_4_1_arithmetic.lua:11: attempt to divide by zero
print(pcall(function() return 1 % 0 end))    --> false	3_4_1_arithmetic.lua:12: attempt to perform 'n%0'
local zero = 0
print(pcall(function(a) return a // zero end, 1))   --> false	3_4_1_arithmetic.lua:14: attempt to divide by zero
print(pcall(function(a) return a % zero end, 1))    --> false	3_4_1_arithmetic.lua:15: attempt to perform 'n%0'

-- Wrap around.
local max, min = math.maxinteger, math.mininteger
assert(max + 1 == min and min - 1 == max and -min == min and max * 2 == -2 and min * -1 == min)
assert(max * max == 1 and min * min == 0 and min // -1 == min and min % -1 == 0 and max // -1 == -max)
assert(max + 1.0 == 2^63 and min // -1.0 == 2^63 and min - 1.0 == -2^63)
assert(5 // 0.0 == math.huge and -5 // 0.0 == -math.huge)

-- Floor division and modulo agree: a == (a // b) * b + a % b, and the sign of % is b's.
for _, a in ipairs {0, 1, -1, 2, 7, -7, 100, -100, max, min, max - 1, min + 1} do
  for _, b in ipairs {1, -1, 2, -2, 3, -3, 7, 10, -10, max, min} do
    local q, r = a // b, a % b
    assert(q * b + r == a and math.type(q) == "integer" and math.type(r) == "integer")
    assert(r == 0 or (r > 0) == (b > 0))
    assert(math.ult(r < 0 and -r or r, b < 0 and -b or b))
    local fa, fb = a + 0.0, b + 0.0
    assert(fa // fb == math.floor(fa / fb) or math.abs(fa / fb) >= 2^53)
  end
end

-- Every operator with variable and constant operands, integers and floats: specialised paths
-- must agree with the generic one (the same code, loaded afresh for each pair).
local values = {0, 1, -1, 2, 3, 10, -10, 0.0, 0.5, -0.5, 1.0, 2.5, 1e15, 1e300, -1e300, max, min, "5", "2.5", " 0x10 ", "1e2"}
local function literal(v)
  if v == min then return "math.mininteger" end
  return type(v) == "string" and ("%q"):format(v) or math.type(v) == "float" and ("%a"):format(v) or tostring(v)
end
local function show(ok, v)
  if not ok then return (v:gsub("^.-:%d+: ", "")) end
  return math.type(v) == "float" and (v ~= v and "nan" or ("%a"):format(v)) or tostring(v)
end
for _, op in ipairs {"+", "-", "*", "/", "//", "%", "^"} do
  local generic = load("local a, b = ... return a " .. op .. " b", "=g")
  for _, a in ipairs(values) do
    for _, b in ipairs(values) do
      local want = show(pcall(load("local a, b = ... return a " .. op .. " b", "=g"), a, b))
      local one = show(pcall(generic, a, b))
      local left = show(pcall(load("local b = ... return (" .. literal(a) .. ") " .. op .. " b", "=g"), b))
      local right = show(pcall(load("local a = ... return a " .. op .. " (" .. literal(b) .. ")", "=g"), a))
      local folded = show(pcall(load("return (" .. literal(a) .. ") " .. op .. " (" .. literal(b) .. ")", "=g")))
      assert(want == one and want == left and want == right and want == folded,
             op .. " " .. literal(a) .. " " .. literal(b) .. ": " .. table.concat({want, one, left, right, folded}, " ; "))
    end
  end
end

-- The same instruction sees integers, floats, strings and metamethods in turn.
local function add(a, b) return a + b end
local mt = {__add = function() return "meta" end}
local object = setmetatable({}, mt)
for round = 1, 20 do
  for i = 1, 10 do assert(add(i, i) == 2 * i and math.type(add(i, i)) == "integer") end
  for i = 1, 10 do assert(math.type(add(i, 0.5)) == "float") end
  assert(add("1", 2) == 3 and math.type(add("1", 2)) == "integer" and add("1.5", 2) == 3.5)
  assert(add(object, 1) == "meta" and add(1, object) == "meta")
  assert(add(max, 1) == min and add(1 << 47, 1 << 47) == 1 << 48)
  assert(not pcall(add, {}, 1) and not pcall(add, nil, 1))
end

-- Errors name the operand.
local function e(s) local ok, m = pcall(load(s, "=e")) return m end
print(e"local a; return a + 1")               --> e:1: attempt to perform arithmetic on a nil value (local 'a')
print(e"local a; return 1 + a")               --> e:1: attempt to perform arithmetic on a nil value (local 'a')
print(e"return a + 1")                        --> e:1: attempt to perform arithmetic on a nil value (global 'a')
print(e"local t = {} return t.x * 2")         --> e:1: attempt to perform arithmetic on a nil value (field 'x')
print(e"local t = {} return 2 - t.x.y")       --> e:1: attempt to index a nil value (field 'x')
print(e"local a return (function() return a / 2 end)()")  --> e:1: attempt to perform arithmetic on a nil value (upvalue 'a')
print(e"return {} + 1")                       --> e:1: attempt to perform arithmetic on a table value
print(e"return -{}")                          --> e:1: attempt to perform arithmetic on a table value
print(e"local s = 'abc' return s + 1")        --> e:1: attempt to add a 'string' with a 'number'
print(e"return 'abc' + 1")                    --> e:1: attempt to add a 'string' with a 'number'
print(e"return 1 + 'abc'")                    --> e:1: attempt to add a 'number' with a 'string'
print(e"local s = 'abc' return -s")           --> e:1: attempt to unm a 'string' with a 'string'
print(e"return {} + 'abc'")                   --> e:1: attempt to add a 'table' with a 'string'
print(e"return true // 2")                    --> e:1: attempt to perform arithmetic on a boolean value
print(e"local t = {} t.x = t.x + 1")          --> e:1: attempt to perform arithmetic on a nil value (field 'x')
print(e"local t = {} t[1] = t[1] + 1")        --> e:1: attempt to perform arithmetic on a nil value (field 'integer index')
print(e"local i, t = 3, {} t[i] = t[i] + 1")  --> e:1: attempt to perform arithmetic on a nil value (field '?')
print(e"return math.huge // 1 | 0")           --> e:1: number has no integer representation
print(e"local function f() end return f() ^ 2")  --> e:1: attempt to perform arithmetic on a nil value

-- Remainders and floors with doubles: quick for whole positive numbers, the same as for strings that say them.
do
  local odd = {0.0, -0.0, 1.0, 3.0, 7.5, -7.0, -7.5, 2.0^53, 2.0^53 - 1, 2.0^52 + 1, 1e300, 1, 3, -3, 7, 1 << 32, (1 << 32) + 1.0,
               (1 << 33) + 5, 1e15 + 1, 0.1, 6.0, 4294967295.0}
  local function modulo(a, b) return a % b end
  local function floored(a, b) return a // b end
  local function by_three(a) return a % 3, a // 3, a % 3.0, a // 3.0 end
  local function same(x, y) return math.type(x) == math.type(y) and (x == y and 1 / x == 1 / y or x ~= x and y ~= y) end
  local function said(x) return math.type(x) == "float" and ("%a"):format(x) or x end
  for _ = 1, 2 do
    for _, a in ipairs(odd) do
      for _, b in ipairs(odd) do
        if math.type(a) == "float" or math.type(b) == "float" then
          assert(same(modulo(a, b), said(a) % said(b)) and same(floored(a, b), said(a) // said(b)))
        end
      end
      if math.type(a) == "float" then
        local m, f, m3, f3 = by_three(a)
        assert(same(m, said(a) % 3) and same(f, said(a) // 3) and same(m3, m) and same(f3, f))
      end
    end
  end
end

-- Powers, modulo and floor division of every pair of kinds, with both operands in registers, or
-- with a constant.
do
  local texts = {"0", "1", "2", "-2", "3", "7", "-7", "0.0", "-0.0", "0.5", "2.0", "-2.0", "1e6 + 0.5", "-3.75",
    "1e300", "1/0", "-1/0", "0/0", "0x7fffffffffff", "-0x800000000000", "math.maxinteger", "math.mininteger",
    "'2'", "'0x10'", "'1.5'"}
  local function same(a, b)
    if a ~= a then return b ~= b end
    return a == b and math.type(a) == math.type(b) and (a ~= 0 or 1 / a == 1 / b)
  end
  local function expected(operator, x, y)
    x, y = tonumber(x), tonumber(y)
    local whole = math.type(x) == "integer" and math.type(y) == "integer"
    if operator == "^" then return y == 2 and x * 1.0 * x or (x * 1.0) ^ (y * 1.0) end
    if whole and y == 0 then return nil end
    if operator == "//" then
      if whole then return nil end
      local q = x / y
      if q ~= q or q == 1 / 0 or q == -1 / 0 or q == 0 then return q end
      local _, fraction = math.modf(q)
      return q - fraction - (fraction < 0 and 1 or 0)
    end
    if whole then return nil end
    x, y = x * 1.0, y * 1.0
    local r = math.fmod(x, y)
    if r * y < 0 then r = r + y end
    return r
  end
  for _, operator in ipairs{"^", "%", "//"} do
    local registers = load("local x, y = ... return x " .. operator .. " y")
    for _, right in ipairs(texts) do
      local y = load("return " .. right)()
      local constant = load("local x = ... return x " .. operator .. "(" .. right .. ")")
      for _, left in ipairs(texts) do
        local x = load("return " .. left)()
        local ok, got = pcall(registers, x, y)
        local ok_constant, got_constant = pcall(constant, x)
        assert(ok == ok_constant and (not ok or same(got, got_constant)), left .. operator .. right)
        local want = expected(operator, x, y)
        assert(want == nil or same(got, want), left .. operator .. right)
      end
    end
  end
  local t = setmetatable({}, {__pow = function(a, b) return a end, __mod = function(a, b) return b end,
    __idiv = function(a, b) return "idiv" end})
  for _, v in ipairs{1, 2.5, 2} do
    assert(t ^ v == t and v ^ t == v and t % v == v and v % t == t and t // v == "idiv" and v // t == "idiv")
    assert(t ^ 2 == t and t % 2.5 == 2.5 and t // 3 == "idiv")
  end
  assert(not pcall(load("return {} ^ 2")) and not pcall(load("local x = {} return 2 % x")))
end
