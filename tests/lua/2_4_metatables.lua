-- Manual 2.4: metatables and every metamethod.
local function event(name, result)
  return function(a, b, ...)
    return result ~= nil and result or {name, a, b, ...}
  end
end
local mt = {}
local A, B = setmetatable({n = "A"}, mt), setmetatable({n = "B"}, mt)

local operations = {
  __add = function(a, b) return a + b end, __sub = function(a, b) return a - b end,
  __mul = function(a, b) return a * b end, __div = function(a, b) return a / b end,
  __mod = function(a, b) return a % b end, __pow = function(a, b) return a ^ b end,
  __idiv = function(a, b) return a // b end, __band = function(a, b) return a & b end,
  __bor = function(a, b) return a | b end, __bxor = function(a, b) return a ~ b end,
  __shl = function(a, b) return a << b end, __shr = function(a, b) return a >> b end,
  __concat = function(a, b) return a .. b end,
}
for name, operate in pairs(operations) do
  mt[name] = event(name)
  for _, pair in ipairs {{A, B}, {A, 1}, {1, A}, {A, "s"}, {"s", A}, {A, 1.5}, {nil, A}, {A, nil}, {true, A}} do
    local r = operate(pair[1], pair[2])
    assert(r[1] == name and r[2] == pair[1] and r[3] == pair[2], name)
  end
  mt[name] = nil
  assert(not pcall(operate, A, B), name)
end

-- Operands with constants on either side.
for name, f in pairs {
  __add = function(x) return x + 5, 5 + x end, __sub = function(x) return x - 5, 5 - x end,
  __mul = function(x) return x * 5, 5 * x end, __div = function(x) return x / 5, 5 / x end,
  __mod = function(x) return x % 5, 5 % x end, __idiv = function(x) return x // 5, 5 // x end,
  __pow = function(x) return x ^ 5, 5 ^ x end, __band = function(x) return x & 5, 5 & x end,
  __bor = function(x) return x | 5, 5 | x end, __bxor = function(x) return x ~ 5, 5 ~ x end,
  __shl = function(x) return x << 5, 5 << x end, __shr = function(x) return x >> 5, 5 >> x end,
} do
  mt[name] = function(a, b) return {a, b} end
  local l, r = f(A)
  assert(l[1] == A and l[2] == 5 and r[1] == 5 and r[2] == A, name)
  mt[name] = nil
end

-- Unary operators get the operand twice.
mt.__unm = function(a, b) return rawequal(a, b) and "unm" end
mt.__bnot = function(a, b) return rawequal(a, b) and "bnot" end
mt.__len = function(a, b) return rawequal(a, b) and "len" end
print(-A, ~A, #A)   --> unm	bnot	len
mt.__unm, mt.__bnot, mt.__len = nil, nil, nil
assert(#A == 0)

-- The first operand's metamethod wins; results are adjusted to one.
local first = setmetatable({}, {__add = function() return "first", 2, 3 end})
local second = setmetatable({}, {__add = function() return "second" end})
print(first + second, second + first, 1 + second)  --> first	second	second
print((first + 1))                                  --> first
local none = setmetatable({}, {__add = function() end})
print(none + 1)                                     --> nil

-- Comparisons: result converted to a boolean; __eq only for two tables or two userdata.
mt.__eq = function() return 1 end
print(A == B, A ~= B, A == 1, A == A, rawequal(A, B))  --> true	false	false	true	false
mt.__eq = function() return nil end
print(A == B, A ~= B, A == A)                          --> false	true	true
mt.__eq = nil
mt.__lt = function(a, b) return a.n < b.n end
mt.__le = function(a, b) return a.n <= b.n end
print(A < B, A > B, A <= B, A >= B, A <= A)            --> true	false	true	false	true
mt.__lt = function(a, b) return "yes" end
print(A < 1, 1 < A, A > "x", not (A < 1))              --> true	true	true	false
mt.__le = nil
-- (5.3 compatibility, on in the reference's usual build: a <= b is tried as not (b < a).)
print(A <= B, A >= B, A <= 1)                          --> false	false	false
mt.__lt = nil
print(pcall(function() return A <= B end))             -->~ false	.*attempt to compare two table values
print(pcall(function() return A <= 1 end))             -->~ false	.*attempt to compare table with number
print(pcall(function() return 1 <= A end))             -->~ false	.*attempt to compare number with table

-- __index: functions, tables, chains, and rawget.
local base = {x = 1}
local mid = setmetatable({y = 2}, {__index = base})
local top = setmetatable({z = 3}, {__index = mid})
print(top.x, top.y, top.z, top.w, rawget(top, "x"))    --> 1	2	3	nil	nil
local calls = {}
local lazy = setmetatable({}, {__index = function(t, k) calls[#calls + 1] = tostring(k); return k end})
print(lazy.a, lazy[1], lazy[1.5], lazy[true])           --> a	1	1.5	true
print(table.concat(calls, ","))                         --> a,1,1.5,true
assert(setmetatable({}, {__index = string}).rep == string.rep)
assert(setmetatable({}, {__index = "abc"}).len == string.len)   -- a string as __index is indexed
print(pcall(function() return setmetatable({}, {__index = 1}).x end))  -->~ false	.*attempt to index a number value.*

-- __newindex: functions, tables, chains; existing fields don't reach it.
local record = {}
local guarded = setmetatable({present = 1}, {__newindex = function(t, k, v) record[#record + 1] = k .. "=" .. tostring(v) end})
guarded.present = 2
guarded.absent = 3
guarded[1] = 4
assert(rawget(guarded, "absent") == nil and guarded.present == 2)
guarded.present = nil
guarded.present = 5      -- now absent
print(table.concat(record, ","))                        --> absent=3,1=4,present=5
local store = {}
local proxy = setmetatable({}, {__newindex = setmetatable({}, {__newindex = store})})
proxy.k = "v"
assert(store.k == "v" and rawget(proxy, "k") == nil)
rawset(proxy, "k", "raw")
assert(proxy.k == "raw")

-- __call, also chained and with tail calls.
local callable = setmetatable({}, {__call = function(self, ...) return select("#", ...), ... end})
print(callable(), callable(nil), (callable(1, 2)))      --> 0	1	2
local twice = setmetatable({}, {__call = callable})
print(select("#", twice(1, 2)))                         --> 4
local function tail(...) return callable(...) end
print(tail("a", "b"))                                   --> 2	a	b
print(pcall(callable, 7))                               --> true	1	7
print(pcall(setmetatable({}, {__call = 1})))            --> false	attempt to call a number value
local deep = print
for i = 1, 10 do deep = setmetatable({}, {__call = deep}) end
assert(pcall(function() local t = deep; return t end))

-- __concat in chains: right to left.
local order = {}
local cat = setmetatable({}, {__concat = function(a, b)
  order[#order + 1] = (type(a) == "table" and "T" or a) .. "|" .. (type(b) == "table" and "T" or b)
  return "r"
end})
local r = "a" .. "b" .. cat .. "c" .. "d"
print(r, table.concat(order, " "))                      --> abr	T|cd
print(1 .. cat, cat .. 2, cat .. cat)                   --> r	r	r

-- __len, __tostring, __name, __metatable, __pairs.
print(#setmetatable({}, {__len = function() return "long" end}))        --> long
print(rawlen(setmetatable({1, 2}, {__len = function() return 9 end})))  --> 2
print(tostring(setmetatable({}, {__tostring = function() return "me" end})))  --> me
print(pcall(tostring, setmetatable({}, {__tostring = function() return {} end})))  --> false	'__tostring' must return a string
print(tostring(setmetatable({}, {__name = "My.Type"})))                 -->~ My.Type: 0x[0-9a-f]+
print(getmetatable(setmetatable({}, {__metatable = "locked"})))         --> locked
print(pcall(setmetatable, setmetatable({}, {__metatable = 1}), {}))     --> false	cannot change a protected metatable
print(getmetatable("").__index == string, getmetatable("").__name)      --> true	nil
print(pairs(setmetatable({}, {__pairs = function(t) return 1, 2, 3, 4 end})))  --> 1	2	3
for k, v in pairs(setmetatable({}, {__pairs = function(t)
  return function(_, k) k = (k or 0) + 1; if k <= 3 then return k, k * k end end, t, nil
end})) do io.write(k, ":", v, ";") end
print()                                                                 --> 1:1;2:4;3:9;
print(pcall(setmetatable, 1, {}))   --> false	bad argument #1 to 'setmetatable' (table expected, got number)
print(pcall(setmetatable, {}))      --> false	bad argument #2 to 'setmetatable' (nil or table expected, got no value)
print(pcall(setmetatable, {}, 1))   --> false	bad argument #2 to 'setmetatable' (nil or table expected, got number)

-- Metatables of basic types.
local number_mt = {__index = function(n, k) return k .. n end, __call = function(n, x) return n + x end, __len = function(n) return n end}
debug.setmetatable(0, number_mt)
print((5).foo, (5)(6), #7)          --> foo5	11	7
debug.setmetatable(0, nil)
debug.setmetatable(nil, {__index = function() return "nil!" end})
print((nil).x)                      --> nil!
debug.setmetatable(nil, nil)
debug.setmetatable(true, {__unm = function(b) return not b end})
print(-true)                        --> false
debug.setmetatable(true, nil)
debug.setmetatable(print, {__index = {tag = "f"}, __add = function() return "f+" end})
print(print.tag, print + print)     --> f	f+
debug.setmetatable(print, nil)
print(pcall(function() return print.tag end))  -->~ false	.*attempt to index a function value \(global 'print'\)

-- The string metatable: methods, arithmetic coercion, no field assignment.
print(("x"):rep(3), #"abc", ("%d"):format(3))  --> xxx	3	3
print(pcall(function() local s = "x"; s.y = 1 end))  -->~ false	.*attempt to index a string value \(local 's'\)
print(("x").nothing)                --> nil

-- A metamethod defined after a miss is seen at once (absence must not be remembered for ever).
local late = {}
local object = setmetatable({}, late)
for i = 1, 3 do
  assert(not pcall(function() return object + 1 end))
  late.__add = function() return "late" end
  assert(object + 1 == "late")
  late.__add = nil
  assert(object.k == nil)
  late.__index = function() return "late" end
  assert(object.k == "late")
  late.__index = nil
  late.__eq = function() return true end
  assert(object == setmetatable({}, late))
  late.__eq = nil
  late.__len = function() return 33 end
  assert(#object == 33)
  late.__len = nil
  late.__call = function() return "called" end
  assert(object() == "called")
  late.__call = nil
  rawset(late, "__newindex", function() end)
  object.q = 1
  assert(rawget(object, "q") == nil)
  rawset(late, "__newindex", nil)
end

-- Metamethods looked up raw: a metatable's own metatable is not asked.
local meta_meta = setmetatable({}, {__index = {__add = function() return 1 end}})
print(pcall(function() return setmetatable({}, meta_meta) + 1 end))  -->~ false	.*attempt to perform arithmetic on a table value
