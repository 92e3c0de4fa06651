-- Manual 2.1: the eight types, equality of values, integer and float subtypes.
for _, pair in ipairs {
  {nil, "nil"}, {true, "boolean"}, {1, "number"}, {1.5, "number"}, {"s", "string"},
  {print, "function"}, {function() end, "function"}, {{}, "table"},
  {coroutine.create(print), "thread"}, {io.stdout, "userdata"},
} do
  assert(type(pair[1]) == pair[2])
end
assert(type(nil) == "nil")
print(pcall(type))  --> false	bad argument #1 to 'type' (value expected)

-- nil and false are the only false values.
local truthy = 0
for _, v in ipairs {0, 0.0, "", "false", {}, print, true} do
  if v then truthy = truthy + 1 end
end
assert(truthy == 7)
assert(not nil and not false)

-- Subtypes.
print(math.type(1), math.type(1.0), math.type("1"), math.type(nil))  --> integer	float	nil	nil
print(math.type(2^53), math.type(10 // 2), math.type(10 / 2))        --> float	integer	float
print(math.type(3 | 0), math.type(3.0 | 0))                          --> integer	integer
print(1 == 1.0, -0.0 == 0.0, 1/0.0 == 1/-0.0)                        --> true	true	false
print(math.maxinteger + 0.0 == math.maxinteger)                      --> false
print(math.mininteger + 0.0 == math.mininteger)                      --> true
print(2^53 == 2^53 + 1, (1 << 53) == (1 << 53) + 1)                  --> true	false
print("1" == 1, "a" == "a", {} == {})                                --> false	true	false

-- Strings hold any byte, zeros included.
local bytes = {}
for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
local all = table.concat(bytes)
assert(#all == 256)
for i = 0, 255 do assert(all:byte(i + 1) == i) end
assert("a\0b" ~= "a\0c" and #"a\0b" == 3)

-- Tables: keys of every type except nil and NaN; integral floats are integers.
local t = {}
local keys = {true, false, 1, 1.5, "k", print, {}, coroutine.create(print), io.stdout, -1, 1e300}
for i, k in ipairs {true, 1, 1.5, "k", print} do t[k] = i end
assert(t[true] == 1 and t[1] == 2 and t[1.5] == 3 and t.k == 4 and t[print] == 5)
for i = 1, 11 do t[keys[i]] = i end
for i = 1, 11 do assert(t[keys[i]] == i) end
local f = {}
f[2.0] = "two"; f[2^53] = "big"
assert(f[2] == "two" and f[1 << 53] == "big")
assert(math.type(next({[3.0] = 1})) == "integer")
print(pcall(function() t[nil] = 1 end))  -->~ false	.*: table index is nil
print(pcall(function() t[0/0] = 1 end))  -->~ false	.*: table index is NaN
assert(t[nil] == nil and t[0/0] == nil)
print(pcall(rawset, {}, nil, 1))  --> false	table index is nil
print(pcall(rawset, {}, 0/0, 1))  --> false	table index is NaN

-- Objects are references.
local a = {}
local b = a
b.x = 1
assert(a.x == 1 and rawequal(a, b))
local function f1() end
assert(f1 == f1)
assert(tostring(print):match("^function: "))
assert(tostring({}):match("^table: 0x%x+$"))
assert(tostring(coroutine.create(print)):match("^thread: 0x%x+$"))
assert(tostring(io.stdout):match("^file %(0x%x+%)$"))
print(tostring(nil), tostring(true), tostring(false))  --> nil	true	false
