-- Manual 2.2: _ENV, _G and global names.
assert(_ENV == _G and _G._G == _G)
x = 10
assert(_ENV.x == 10 and _G["x"] == 10)
_ENV.y = 5
assert(y == 5)

do
  local _ENV = {assert = assert, tostring = tostring}
  z = 1
  assert(z == 1 and _ENV.z == 1)
  assert(x == nil)
end
assert(z == nil)

-- A parameter named _ENV.
local function with(_ENV) return a + b end
assert(with{a = 1, b = 2} == 3)
local function set(_ENV, v) w = v end
local target = {}
set(target, "here")
assert(target.w == "here" and w == nil)

-- _ENV as an upvalue that is exchanged while the function lives.
local function reader()
  return function() return q end, function(e) _ENV = e end
end
do
  local saved = _ENV
  local get, exchange = reader()
  q = "global"
  assert(get() == "global")
  exchange({q = "other"})
  local first = get()
  exchange(saved)
  saved.assert(first == "other")
end

-- load with an environment; the first upvalue of a chunk is _ENV.
local env = {}
load("v = 1; function g() return v end", "=c", "t", env)()
assert(env.v == 1 and env.g() == 1 and v == nil)
local chunk = load("return _ENV")
assert(chunk() == _G)
assert(debug.setupvalue(chunk, 1, env) == "_ENV")
assert(chunk() == env)
print(pcall(load("x = 1", "=c", "t", nil)))     --> false	c:1: attempt to index a nil value (upvalue '_ENV')
print(pcall(load("return x.y", "=c", "t", {}))) --> false	c:1: attempt to index a nil value (global 'x')
print(pcall(load("local _ENV = nil; return x", "=c")))  --> false	c:1: attempt to index a nil value (local '_ENV')

-- Globals through metamethods.
local log = {}
local strict = setmetatable({}, {
  __index = function(_, k) log[#log + 1] = "get " .. k; return _G[k] end,
  __newindex = function(t, k, val) log[#log + 1] = "set " .. k; rawset(t, k, val) end,
})
load("a1 = 1; a1 = 2; return a1, math.pi, unknown", "=c", "t", strict)()
print(table.concat(log, ","))  --> set a1,get math,get unknown

-- Integer-like and odd names in the environment.
_ENV[1] = "one"
assert(_G[1] == "one")
_G["not a name"] = true
assert(_ENV["not a name"])

-- Deleting and creating globals again while the same code reads them.
local function read() return volatile end
for i = 1, 50 do
  volatile = i
  assert(read() == i)
  volatile = nil
  assert(read() == nil)
  _G["filler" .. i] = i
end

-- <const> and _ENV.
local _ENV <const> = {assert = assert}
assert(print == nil)
