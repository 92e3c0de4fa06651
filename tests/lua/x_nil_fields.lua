-- Fields that are there and hold nil, and fields that are nowhere: what reads and writes of them cache must
-- notice metatables, __index chains and __newindex that change between one execution and the next.
local WARM = 40
local sites = 0
-- Each is a code site of its own.
local function reader()
  sites = sites + 1
  return load("local o = ... return o.x", "=r" .. sites)
end
local function writer()
  sites = sites + 1
  return load("local o, v = ... o.x = v", "=w" .. sites)
end
local function with_nil(mt)
  local o = { x = 1, y = 2 }
  o.x = nil
  return setmetatable(o, mt)
end
-- A site that has met many shapes asks a cache that is shared.
local function spread(site, ...)
  for i = 1, 40 do site(setmetatable({ ["f" .. i] = 1, x = i }, {}), ...) end
  return site
end

for _, make in ipairs { with_nil, function(mt) return setmetatable({ y = 2 }, mt) end } do
  for _, shared in ipairs { false, true } do
    -- A class that learns the field, loses it, and learns it again.
    local base = {}
    local class = setmetatable({}, { __index = base })
    class.__index = class
    local o, get = make(class), reader()
    if shared then spread(get) end
    for round = 1, 3 do
      for _ = 1, WARM do assert(get(o) == nil) end
      class.x = round
      for _ = 1, WARM do assert(get(o) == round) end
      class.x = nil
      for _ = 1, WARM do assert(get(o) == nil) end
      base.x = -round
      for _ = 1, WARM do assert(get(o) == -round) end
      base.x = nil
    end
    -- The chain grows, or becomes a function.
    for _ = 1, WARM do assert(get(o) == nil) end
    setmetatable(base, { __index = { x = "far" } })
    assert(get(o) == "far")
    setmetatable(base, nil)
    for _ = 1, WARM do assert(get(o) == nil) end
    class.__index = function(_, key) return key .. "!" end
    for _ = 1, WARM do assert(get(o) == "x!") end
    class.__index = nil
    for _ = 1, WARM do assert(get(o) == nil) end
    -- Another metatable, and none.
    setmetatable(o, { __index = { x = 5 } })
    assert(get(o) == 5)
    setmetatable(o, nil)
    for _ = 1, WARM do assert(get(o) == nil) end
    setmetatable(o, class)
    class.__index = class
    rawset(class, "x", 6)
    for _ = 1, WARM do assert(get(o) == 6) end

    -- Stores over nil: with a metatable that gets __newindex, and loses it.
    local log = {}
    local mt = {}
    local set, p = writer(), make(mt)
    if shared then spread(set, 1) end
    for i = 1, WARM do
      set(p, i)
      assert(rawget(p, "x") == i)
      set(p, nil)
      assert(rawget(p, "x") == nil)
      set(p, nil)
    end
    mt.__newindex = function(t, key, value) log[#log + 1] = value or "none" rawset(t, key, value) end
    set(p, nil)
    set(p, 7)
    set(p, 8)
    set(p, nil)
    set(p, nil)
    assert(table.concat(log, " ") == "none 7 none", table.concat(log, " "))
    assert(rawget(p, "x") == nil)
    mt.__newindex = nil
    for i = 1, WARM do set(p, i) set(p, nil) end
    assert(#log == 3)
    local other = {}
    mt.__newindex = other
    set(p, 9)
    assert(rawget(p, "x") == nil and other.x == 9)
    setmetatable(p, nil)
    set(p, 10)
    assert(p.x == 10)
  end
end

-- The object written to is itself what others look through.
do
  local class = { x = 1 }
  class.__index = class
  local o = setmetatable({}, class)
  local get, set = reader(), writer()
  for i = 1, WARM do
    set(class, i) assert(get(o) == i)
    set(class, nil) assert(get(o) == nil)
  end
end

-- Reading nil where the metatable's __index is the object's own class of many shapes.
do
  local get = spread(reader())
  for i = 1, 200 do
    local class = {}
    class.__index = class
    local o = setmetatable({ ["g" .. i % 50] = i, x = i }, class)
    o.x = nil
    assert(get(o) == nil and get(o) == nil)
    if i % 2 == 0 then class.x = i assert(get(o) == i) class.x = nil end
    assert(get(o) == nil)
    o.x = -i
    assert(get(o) == -i)
    if i % 50 == 0 then collectgarbage() end
  end
end

-- Traversal sees what is there.
do
  local set = writer()
  local o = { a = 1, x = 2, b = 3 }
  for _ = 1, WARM do set(o, nil) set(o, 4) end
  set(o, nil)
  local seen = {}
  for k in pairs(o) do seen[#seen + 1] = k set(o, nil) end
  table.sort(seen)
  assert(table.concat(seen, " ") == "a b")
end
