-- Sites that meet several shapes, or very many: fields read and stored, methods called, while classes change,
-- shapes die, fields become nil, and other kinds of values come by.

local function class(base)
  local c = {}
  c.__index = c
  return setmetatable(c, base)
end

-- An object whose shape is the n-th of many: its fields come in another order, behind other ones.
local function shaped(n, value, metatable)
  local o = {}
  for i = 1, n do o["before" .. i % 40 .. "_" .. n] = i end
  o.field, o.other = value, -value
  return setmetatable(o, metatable)
end

for _, count in ipairs { 2, 3, 7, 8, 9, 20, 100 } do
  local get = load "local o = ... return o.field"
  local set = load "local o, v = ... o.field = v"
  local call = load "local o, v = ... return o:method(v)"
  local Base = class()
  function Base:method(v) return self.field + v end
  local objects, classes = {}, {}
  for i = 1, count do
    classes[i] = class(Base)
    objects[i] = shaped(i % 12, i, classes[i])
  end
  local function check(round)
    for i = 1, count do
      local o = objects[i]
      assert(get(o) == i, "read")
      set(o, i + round)
      assert(rawget(o, "field") == i + round and o.other == -i, "store")
      set(o, i)
      assert(call(o, 10) == i + 10, "method")
    end
  end
  for round = 1, 40 do check(round) end

  -- A class gets a method of its own, and loses it again.
  local one = classes[count]
  function one:method(v) return "own", v end
  assert(call(objects[count], 1) == "own")
  if count > 1 then assert(call(objects[1], 1) == 2) end
  one.method = nil
  for round = 1, 3 do check(round) end
  local inherited = Base.method
  function Base:method(v) return self.field - v end
  for i = 1, count do assert(call(objects[i], 1) == i - 1) end
  Base.method = nil
  assert(not pcall(call, objects[1], 1))
  Base.method = inherited
  check(1)

  -- Fields become nil: the class's is read then, and __newindex asked.
  Base.field = "of the class"
  for i = 1, count do
    set(objects[i], nil)
    assert(get(objects[i]) == "of the class" and rawget(objects[i], "field") == nil)
    set(objects[i], i)
  end
  Base.field = nil
  for i = 1, count do
    set(objects[i], nil)
    assert(get(objects[i]) == nil)
  end
  local stored = {}
  classes[1].__newindex = function(t, k, v) stored[k] = v end
  set(objects[1], 5)
  assert(stored.field == 5 and rawget(objects[1], "field") == nil)
  classes[1].__newindex = nil
  for i = 1, count do set(objects[i], i) end
  check(2)

  -- Collections: shapes die, and others get their numbers.
  for turn = 1, 4 do
    for i = 1, count, 2 do objects[i] = shaped((i + turn * 5) % 12, i, classes[i]) end
    for i = 1, 30 do shaped(i, i, {}) end
    collectgarbage()
    check(turn)
  end

  -- Other values at the same sites.
  string.field, string.method = "text", function(s, v) return s .. v end
  for round = 1, 30 do
    assert(get("x") == "text" and call("x", 1) == "x1")
    check(round)
    assert(not pcall(get, nil) and not pcall(set, 1, 1) and not pcall(call, true))
    local seen
    local proxy = setmetatable({}, { __index = function(_, k) return k end, __newindex = function(_, k) seen = k end })
    assert(get(proxy) == "field")
    set(proxy, 1)
    assert(seen == "field")
  end
  string.field, string.method = nil, nil

  -- What the sites know is no part of a binary chunk.
  local again = load(string.dump(get))
  for i = 1, count do assert(again(objects[i]) == i) end
end

-- Sites that serve tables and strings by turns take no more and more memory.
do
  local call = load "local o = ... return o:len()"
  local shapes = {}
  for i = 1, 6 do shapes[i] = shaped(i, i, class({ __index = { len = function() return i end } })) end
  local function turn()
    for i = 1, 6 do
      getmetatable(shapes[i]).len = shapes[i].len or function() return i end
      assert(call(shapes[i]) == i and call("text") == 4)
    end
  end
  local function memory()
    for _ = 1, 2000 do turn() end
    collectgarbage()
    return collectgarbage "count"
  end
  memory()
  local before = memory()
  for _ = 1, 3 do memory() end
  assert(memory() <= before + 1)
end

-- Prototypes with such sites die.
for _ = 1, 200 do
  local get = load "local o = ... return o.x"
  for i = 1, 40 do assert(get { [i % 2 == 0 and "a" or "b"] = 1, x = i } == i) end
  for i = 1, 40 do assert(get(shaped(i % 10, i, { __index = { x = i } })) == i) end
end
collectgarbage()
