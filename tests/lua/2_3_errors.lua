-- Manual 2.3: error, pcall, xpcall, message handlers, levels, error objects.
local function f(level) error("m", level) end
local function g(level) f(level) end
print(pcall(f, 0))    --> false	m
print(pcall(f))       -->~ false	2_3_errors.lua:2: m
print(pcall(f, 1))    -->~ false	2_3_errors.lua:2: m
print(pcall(g, 2))    -->~ false	2_3_errors.lua:3: m

-- Error objects of any type, positions only for strings.
for _, v in ipairs {1, 1.5, true, {}, print} do
  local ok, e = pcall(error, v)
  assert(not ok and e == v and math.type(e) == math.type(v))
end
local ok, e = pcall(error)
assert(not ok and e == nil)
ok, e = pcall(error, nil)
assert(not ok and e == nil)
ok, e = pcall(error, setmetatable({}, {__tostring = function() return "T" end}))
assert(not ok and tostring(e) == "T")
print(select("#", pcall(error)))      --> 2

-- pcall passes values both ways.
print(pcall(function(...) return select("#", ...), ... end, 1, nil, 3, nil))  --> true	4	1	nil	3	nil
print(pcall(pcall))                   --> false	bad argument #1 to 'pcall' (value expected)
print(pcall(pcall, error, "e"))       --> true	false	e
print(pcall(1))                       --> false	attempt to call a number value
print(pcall(nil))                     --> false	attempt to call a nil value
print(pcall({}))                      --> false	attempt to call a table value

-- xpcall: the handler runs at the point of the error.
local depth
local function handler(m)
  depth = debug.traceback("tb", 1)
  return "handled: " .. tostring(m)
end
local function inner() local x = nil; return x.field end
print(xpcall(inner, handler))  -->~ false	handled: 2_3_errors.lua:\d+: attempt to index a nil value \(local 'x'\)
assert(depth:find("in function <2_3_errors.lua:36>", 1, true))
print(xpcall(function(...) return ... end, handler, 1, 2, 3))  --> true	1	2	3
print(xpcall(error, function(m) return m, "dropped" end, "x")) --> false	x
print(pcall(xpcall))              --> false	bad argument #2 to 'xpcall' (function expected, got no value)
print(pcall(xpcall, print))       --> false	bad argument #2 to 'xpcall' (function expected, got no value)

-- A handler that fails is handled in turn; in the end the status is still an error.
local count = 0
ok, e = xpcall(function() error("first") end, function(m)
  count = count + 1
  if count < 5 then error("again") end
  return "at last"
end)
assert(not ok and e == "at last" and count == 5)
ok = xpcall(error, function() error("always") end, "x")
assert(ok == false)
print(pcall(xpcall, error, 42))   --> false	bad argument #2 to 'xpcall' (function expected, got number)

-- Nested handlers.
print(xpcall(function()
  local ok, m = xpcall(error, function(m) return "inner " .. m end, "e")
  assert(not ok)
  error(m, 0)
end, function(m) return "outer " .. m end))  --> false	outer inner e

-- After errors the state works on, also deep inside pcalls.
local function nest(n)
  if n == 0 then error("bottom", 0) end
  local ok, m = pcall(nest, n - 1)
  assert(not ok)
  error(m, 0)
end
print(pcall(nest, 100))           --> false	bottom

local function count_down(n)
  if n == 0 then return "end" end
  return select(2, pcall(count_down, n - 1))
end
assert(count_down(150) == "end")

-- assert.
print(pcall(assert, false))             --> false	assertion failed!
print(pcall(assert, nil, "msg"))        --> false	msg
print(pcall(assert, false, {1}))        -->~ false	table: .*
print(pcall(assert))                    --> false	bad argument #1 to 'assert' (value expected)
print(assert(1, 2, 3))                  --> 1	2	3
print(select("#", pcall(assert, nil, nil)))  --> 2

-- Errors leave locals, upvalues and loops intact.
local results = {}
for i = 1, 5 do
  local ok = pcall(function()
    results[#results + 1] = i
    if i % 2 == 0 then error(i) end
    results[#results + 1] = -i
  end)
  assert(ok == (i % 2 == 1))
end
print(table.concat(results, " "))   --> 1 -1 2 3 -3 4 5 -5

-- Error positions: the line of the operation.
local function at(code)
  local ok, m = pcall(load(code, "=c"))
  return m
end
print(at("local a\n\n\nlocal b = a.x"))            --> c:4: attempt to index a nil value (local 'a')
print(at("local a = {}\na.b\n.c\n.d = 1"))         --> c:3: attempt to index a nil value (field 'b')
print(at("return\n1\n+\nnil"))                     --> c:3: attempt to perform arithmetic on a nil value
print(at("\n\nerror('x')"))                        --> c:3: x
print(at("local f\nlocal x = f(\n1,\n2\n)"))       --> c:2: attempt to call a nil value (local 'f')
print(at("error('x', 2)"))                         --> x

-- A name too long to be an operand is called what a short one is; so is a field of _ENV.
local long = ("g"):rep(45)
local function named(s) return (at(s:gsub("LONG", long)):gsub(long, "LONG")) end
print(named("LONG()"))                             --> c:1: attempt to call a nil value (global 'LONG')
print(named("return LONG.x"))                      --> c:1: attempt to index a nil value (global 'LONG')
print(named("local _ENV = {} return LONG.x"))      --> c:1: attempt to index a nil value (global 'LONG')
print(named("local t = {} return t.LONG.x"))       --> c:1: attempt to index a nil value (field 'LONG')
print(named("local t = {} return t:LONG()"))       --> c:1: attempt to call a nil value (method 'LONG')
print(named("local t, a = {} a = t.LONG()"))       --> c:1: attempt to call a nil value (field 'LONG')
print(named("return ({}):LONG()"))                 --> c:1: attempt to call a nil value (method 'LONG')
print(named("_ENV.LONG()"))                        --> c:1: attempt to call a nil value (global 'LONG')
print(named("_ENV.x()"))                           --> c:1: attempt to call a nil value (global 'x')
print(named("local k = 'x' _ENV[k]()"))            --> c:1: attempt to call a nil value (global '?')
print(named("(function() return _ENV end)().x()")) --> c:1: attempt to call a nil value (field 'x')
print(named("local t = {LONG = rawset} t:LONG()")) --> c:1: bad argument #1 to 'LONG' (value expected)

-- Of several nils in a concatenation, the last two operands left are meant.
print(at("local a, b = {} return a.x .. a.y .. 'z'"))       --> c:1: attempt to concatenate a nil value (field 'y')
print(at("local a, b = {} return a.x .. a.y .. b"))         --> c:1: attempt to concatenate a nil value (field 'y')
print(at("local a, b = {} return a.x .. 1 .. 'z' .. a.y"))  --> c:1: attempt to concatenate a nil value (field 'y')
print(at("local a = {} local m = setmetatable({}, {__concat = function() return 's' end}) return a.x .. m .. a.y"))  --> c:1: attempt to concatenate a nil value (field 'x')
print(at("local a = {} local m = setmetatable({}, {__concat = function() return a.no end}) return a.x .. m .. 1"))   --> c:1: attempt to concatenate a nil value (field 'x')
print(at("local a = {{}} return a[1].x .. a[1].y"))         --> c:1: attempt to concatenate a nil value (field 'x')
-- Small indices are told from others.
print(at("local a = {} return a[1].x"))                     --> c:1: attempt to index a nil value (field 'integer index')
print(at("local a = {} return a[255].x"))                   --> c:1: attempt to index a nil value (field 'integer index')
print(at("local a = {} return a[-1].x"))                    --> c:1: attempt to index a nil value (field '?')
print(at("local a = {} return a[256].x"))                   --> c:1: attempt to index a nil value (field '?')

-- warn.
warn("@off")
warn("not shown")
