-- Objects with a metatable of their own, made from the same fields as everyone else's.

local Class = {kind = "class"}
function Class:sum() return self.x + self.y end
local function new(x, y) return setmetatable({x = x, y = y}, {__index = Class}) end

local function fields(t)
  local names = {}
  for k in pairs(t) do names[#names + 1] = tostring(k) end
  table.sort(names)
  return table.concat(names, " ")
end

-- Each has its own metatable, and nobody sees another one, or where it is kept.
local objects = {}
for i = 1, 50 do objects[i] = new(i, 2 * i) end
local seen = {}
for i, o in ipairs(objects) do
  local mt = getmetatable(o)
  assert(not seen[mt] and debug.getmetatable(o) == mt and rawget(mt, "__index") == Class)
  seen[mt] = true
  assert(o:sum() == 3 * i and o.kind == "class" and o.z == nil)
  assert(fields(o) == "x y" and fields(mt) == "__index")
  local key, count = nil, 0
  repeat
    key = next(o, key)
    count = count + 1
  until key == nil
  assert(count == 3)
end

-- The same metatable set again, and by another object.
local shared = getmetatable(objects[3])
assert(setmetatable(objects[3], shared) == objects[3] and getmetatable(objects[3]) == shared)
setmetatable(objects[4], shared)
assert(getmetatable(objects[4]) == shared and objects[4]:sum() == 12)

-- Fields come and go, before and after; other metatables, and none.
for i, o in ipairs(objects) do
  o.z = i
  assert(fields(o) == "x y z" and o:sum() == 3 * i)
  o.x = nil
  assert(fields(o) == "y z" and not pcall(o.sum, o))
  o.x = i
  if i % 3 == 0 then
    setmetatable(o, nil)
    assert(getmetatable(o) == nil and o.sum == nil and fields(o) == "x y z")
    setmetatable(o, {__index = Class})
  elseif i % 3 == 1 then
    local other = {__index = function(_, k) return k end}
    setmetatable(o, other)
    assert(getmetatable(o) == other and o.sum == "sum" and fields(o) == "x y z")
    setmetatable(o, {__index = Class})
  end
  assert(o:sum() == 3 * i and fields(o) == "x y z")
end

-- Objects become dictionaries, and keep their metatable.
for i, o in ipairs(objects) do
  local mt = getmetatable(o)
  for n = 1, 300 do o["k" .. n] = n end
  assert(getmetatable(o) == mt and o:sum() == 3 * i and o.k300 == 300)
  local count = 0
  for k, v in pairs(o) do
    assert(type(k) == "string" and math.type(v) == "integer")
    count = count + 1
  end
  assert(count == 303)
end

-- Lists.
for i = 1, 20 do
  local list = setmetatable({i, i + 1, i + 2, n = 3}, {__index = table})
  list:insert(7)
  list:insert(8)
  assert(#list == 5 and list:concat(",") == i .. "," .. i + 1 .. "," .. i + 2 .. ",7,8")
  assert(fields(list) == "1 2 3 4 5 n")
  local empty = setmetatable({}, {__index = table})
  for n = 1, 10 do empty:insert(n) end
  assert(#empty == 10 and next(setmetatable({}, {__index = table})) == nil)
end

-- Contents that differ in a value.
local A, B = {name = "A"}, {name = "B"}
for i = 1, 40 do
  local o = setmetatable({i = i}, {__index = i % 2 == 0 and A or B})
  assert(o.name == (i % 2 == 0 and "A" or "B"))
end

-- Sites that have learnt the class.
local Point = {}
function Point:get() return self.v end
local Point2 = {}
function Point2:get() return -self.v end
local points = {}
for i = 1, 30 do points[i] = setmetatable({v = i}, {__index = Point}) end
local function total()
  local sum = 0
  for _, p in ipairs(points) do sum = sum + p:get() end
  return sum
end
assert(total() == 465 and total() == 465)
getmetatable(points[10]).__index = Point2
assert(total() == 445)
Point.get = function(self) return 2 * self.v end
assert(total() == 900)
Point.get = nil
assert(not pcall(total))

-- A metatable that is its own, or is one of those.
local own = {__index = Class}
assert(getmetatable(setmetatable(own, own)) == own and own.kind == "class")
for i = 1, 5 do
  local mt = {__index = Class}
  local o = setmetatable({x = 1, y = i}, mt)
  setmetatable(mt, mt)
  assert(mt.kind == "class" and o:sum() == i + 1)
  mt.__index = A
  assert(mt.name == "A" and o.name == "A" and o.kind == nil)
end

-- Classes whose metatables are alike, and change when the class is complete.
local Base = {}
Base.__index = Base
function Base.hello() return "hello" end
local classes = {}
for i = 1, 40 do
  local class = setmetatable({}, {__index = Base})
  class.__index = class
  getmetatable(class).__call = function(_, v) return setmetatable({v = v}, class) end
  function class:get() return self.v + i end
  classes[i] = class
end
for i, class in ipairs(classes) do
  local o = class(i)
  assert(o:get() == 2 * i and o.hello() == "hello")
end

-- Metatables with __gc and __mode.
local finalized = 0
for i = 1, 20 do
  setmetatable({}, {__gc = function() finalized = finalized + 1 end})
  local weak = setmetatable({{}}, {__mode = "v"})
  local kept = setmetatable({{}}, {__index = Class})
  collectgarbage()
  assert(weak[1] == nil and kept[1] ~= nil)
  getmetatable(kept).__mode = "v"
  collectgarbage()
  assert(kept[1] == nil and kept.kind == "class")
end
assert(finalized == 20)

-- Objects, metatables and classes die, and others take their place.
for round = 1, 30 do
  local T = {round = round}
  local list = {}
  for i = 1, 20 do
    list[i] = setmetatable({i}, {__index = T, __len = string.len})
    if i % 7 == 0 then collectgarbage("step") end
  end
  collectgarbage()
  for i = 1, 20 do assert(list[i].round == round and list[i][1] == i) end
end
local refs = setmetatable({}, {__mode = "v"})
do
  local T = {}
  for i = 1, 10 do refs[i] = setmetatable({}, {__index = T}) end
  refs.T = T
end
collectgarbage()
collectgarbage()
assert(next(refs) == nil)

-- The first object has become a dictionary when the second one comes.
do
  local Base = {kind = "base"}
  local first = setmetatable({}, {__index = Base})
  for i = 1, 2000 do first["field" .. i] = i end
  local second = setmetatable({}, {__index = Base})
  local count = 0
  for k, v in pairs(first) do
    count = count + 1
    assert(first[k] == v and k == "field" .. v)
  end
  assert(count == 2000 and first.kind == "base" and second.kind == "base")
  assert(getmetatable(first) ~= getmetatable(second))
  first.field5, first.more = nil, true
  assert(first.field5 == nil and first.more and first.field2000 == 2000)
  setmetatable(first, nil)
  assert(first.kind == nil and first.field6 == 6)
end

-- While a traversal is under way.
local o = new(1, 2)
local visited = {}
for k in pairs(o) do
  visited[#visited + 1] = k
  setmetatable(o, {__index = Class})
end
assert(next(o, visited[#visited]) == nil)
table.sort(visited)
assert(table.concat(visited, " ") == "x y")

-- The metatable is protected as any other.
for _ = 1, 5 do
  local p = setmetatable({}, {__metatable = "locked", __index = Class})
  assert(getmetatable(p) == "locked" and not pcall(setmetatable, p, {}) and p.kind == "class")
end
