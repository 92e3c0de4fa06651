-- __index and __newindex at keys that are no names in the program: functions, tables, chains of both, none, one after
-- the other at the same places; keys of all types, tables of all kinds.
local WARM = 20
local function site(text) return assert(load("local t, k, v = ... " .. text, "=site")) end
local get, get1, get0 = site("return t[k]"), site("return t[1]"), site("return t[0]")
local set, set1, set0 = site("t[k] = v"), site("t[1] = v"), site("t[0] = v")
local set_name = site("t.name = v")

local wide = 1 << 60
local keys = { 1, 2, 0, -5, 1000, wide, 1.5, 2.0, 3.0, 2^60, 1 / 0, true, false, "name", "other", ("long"):rep(30), {}, print,
  get, coroutine.create(print), io.stdout }
local function name_many(t)
  for i = 1, 100 do t["field" .. i] = i end
  return t
end
local function dictionary(t)
  name_many(t)
  for i = 1, 100 do t["field" .. i] = nil end
  return t
end
local kinds = {
  empty = function() return {} end,
  record = function() return { x = 1, y = 2, z = 3 } end,
  dead = function() local t = { name = 1, other = 2 } t.name, t.other = nil, nil return t end,
  array = function() return { nil, nil, 3 }, 3, 3.0 end,
  holes = function() local t = { 10, 20, 30, 40 } t[1], t[2], t[3] = nil, nil, nil return t end,
  hash = function() return { [77] = 1, [print] = nil, [keys] = 1 } end,
  dictionary = function() return dictionary {} end,
  names = function() return name_many {} end,
}
local function lacks(t, k) return rawget(t, k) == nil end

for kind, make in pairs(kinds) do
  for _, k in ipairs(keys) do
    local mt = {}
    local t = setmetatable(make(), mt)
    if lacks(t, k) then
      -- Nothing, a function, a table, a chain of tables, a function at the end of it, and nothing again.
      local function read(want)
        for _ = 1, WARM do assert(get(t, k) == want, kind) end
        assert(lacks(t, k))
      end
      local function own_index(o, key, more)
        assert(rawequal(o, t) and key == k and math.type(key) == math.type(k) and more == nil)
        return "own", 2
      end
      read(nil)
      mt.__index = own_index
      read("own")
      mt.__index = function(...) return select("#", ...) end
      read(2)
      mt.__index = function() end
      read(nil)
      mt.__index = function(o, key) return (function(a, b) return a == t and b end)(o, key) end
      read(k)
      mt.__index = rawlen
      read(#t)
      local holder = make()
      mt.__index = holder
      read(nil)
      holder[k] = "held"
      read("held")
      holder[k] = nil
      read(nil)
      local last, middle = make(), {}
      setmetatable(holder, middle)
      read(nil)
      middle.__index = last
      read(nil)
      last[k] = "last"
      read("last")
      setmetatable(last, { __index = error })
      last[k] = nil
      setmetatable(last, { __index = function(o, key) return rawequal(o, last) and key == k and "end" end })
      read("end")
      middle.__index = nil
      read(nil)
      mt.__index = nil
      read(nil)
      debug.setmetatable(t, nil)
      read(nil)

      -- The same of stores.
      setmetatable(t, mt)
      local seen
      local function write(value)
        for _ = 1, WARM do set(t, k, value) end
        assert(lacks(t, k), kind)
      end
      mt.__newindex = function(o, key, value, more)
        assert(rawequal(o, t) and key == k and math.type(key) == math.type(k) and more == nil)
        seen = value
        return "ignored"
      end
      write("stored")
      assert(seen == "stored")
      write(nil)
      assert(seen == nil)
      mt.__newindex = function(...) seen = select("#", ...) end
      write(1)
      assert(seen == 3)
      local store = make()
      mt.__newindex = store
      write(5)
      assert(rawget(store, k) == 5)
      write(6)
      assert(rawget(store, k) == 6)
      write(nil)
      assert(lacks(store, k))
      local deep = make()
      setmetatable(store, { __newindex = deep })
      write(7)
      assert(lacks(store, k) and rawget(deep, k) == 7)
      rawset(store, k, 8)
      write(9)
      assert(rawget(store, k) == 9 and rawget(deep, k) == 7)
      rawset(store, k, nil)
      setmetatable(deep, { __newindex = function(o, _, value) assert(rawequal(o, deep)) seen = value end })
      write(10)
      assert(rawget(deep, k) == 10)
      rawset(deep, k, nil)
      write(11)
      assert(seen == 11)
      mt.__newindex = rawset
      set(t, k, 12)
      assert(rawget(t, k) == 12)
      mt.__newindex = error
      set(t, k, 13)
      assert(rawget(t, k) == 13)
      set(t, k, nil)
      assert(not pcall(set, t, k, 1))
      mt.__newindex = nil
      set(t, k, 14)
      assert(get(t, k) == 14)
    end
  end
end

-- Indices that are written as numbers, and names.
do
  local log
  local mt = { __index = function(_, k) return k end, __newindex = function(_, k, v) log = k .. "=" .. v end }
  for _, make in pairs(kinds) do
    local t = setmetatable(make(), mt)
    t = next(t) == nil and t or setmetatable({ nil, 2 }, mt)
    for i = 1, WARM do
      assert(get1(t) == 1 and get0(t) == 0)
      set1(t, nil, i)
      assert(log == "1=" .. i)
      set0(t, nil, i)
      assert(log == "0=" .. i and rawget(t, 1) == nil and rawget(t, 0) == nil)
    end
    local store = { 1, [0] = 0 }
    local proxy = setmetatable({}, { __index = store, __newindex = store })
    for i = 1, WARM do
      set1(proxy, nil, i)
      set0(proxy, nil, -i)
      set_name(proxy, nil, i)
      assert(get1(proxy) == i and get0(proxy) == -i and proxy.name == i and next(proxy) == nil)
    end
    set1(proxy, nil, nil) set0(proxy, nil, nil) set_name(proxy, nil, nil)
    assert(next(store) == nil and get1(proxy) == nil and get0(proxy) == nil)
  end
end

-- A name that goes to a table, a function, another table, nowhere.
do
  local a, b, seen = { name = 0 }, { name = 0 }, nil
  local mt = {}
  local t = setmetatable({}, mt)
  for round = 1, 3 do
    mt.__newindex = a
    for i = 1, WARM do set_name(t, nil, i) end
    assert(a.name == WARM and b.name == (round == 1 and 0 or -1))
    mt.__newindex = b
    set_name(t, nil, -1)
    assert(b.name == -1 and a.name == WARM)
    mt.__newindex = function(_, _, v) seen = v end
    for i = 1, WARM do set_name(t, nil, i) end
    assert(seen == WARM and b.name == -1)
    a.name = 0
  end
  -- The table that takes the field is itself what others inherit from.
  local child = setmetatable({}, { __index = a })
  mt.__newindex = a
  for i = 1, WARM do
    set_name(t, nil, i)
    assert(child.name == i)
    set_name(t, nil, nil)
    assert(child.name == nil)
  end
  -- Weak: what was stored there may go.
  local weak = setmetatable({}, { __mode = "v" })
  mt.__newindex = weak
  for i = 1, WARM do
    set_name(t, nil, { i })
    assert(weak.name[1] == i or i % 10 == 0)
    if i % 10 == 0 then
      collectgarbage()
      assert(weak.name == nil)
    end
  end
  -- Metamethods that are stored through another table.
  local class = {}
  local object = setmetatable({}, class)
  mt.__newindex = class
  for i = 1, WARM do
    set(t, "__index", { x = i })
    assert(object.x == i)
    set(t, "__index", function() return -i end)
    assert(object.x == -i)
    set(t, "__index", nil)
    assert(object.x == nil)
  end
end

-- Loops.
do
  local t = {}
  local a, b = setmetatable({}, t), setmetatable({}, { __index = t, __newindex = t })
  t.__index, t.__newindex = a, a
  for _ = 1, 3 do
    for _, k in ipairs { 1, "name", 1.5 } do
      local ok, message = pcall(get, a, k)
      assert(not ok and message:find("'__index' chain too long", 1, true))
      ok, message = pcall(set, a, k, 1)
      assert(not ok and message:find("'__newindex' chain too long", 1, true))
    end
    assert(not pcall(set_name, a, nil, 1))
  end
  assert(get(b, 1) == nil)
end

-- Errors with their names, yields, coroutines, hooks.
do
  local mt = {}
  local t = setmetatable({}, mt)
  for _, k in ipairs { 1, "name", 1.5, true } do
    mt.__index = function() return debug.getinfo(1, "n").namewhat .. debug.getinfo(1, "n").name end
    for _ = 1, WARM do assert(get(t, k) == "metamethodindex") end
    local what
    mt.__newindex = function() what = debug.getinfo(1, "n").name end
    for _ = 1, WARM do set(t, k, 1) assert(what == "newindex") end
    mt.__index, mt.__newindex = function() error("reading", 0) end, function() error("writing", 0) end
    for _ = 1, WARM do
      local _, message = pcall(get, t, k)
      assert(message == "reading")
      _, message = pcall(set, t, k)
      assert(message == "writing")
    end
    mt.__index = function(_, key) return coroutine.yield(key) end
    mt.__newindex = function(_, key, v) what = coroutine.yield(key) + v end
    for i = 1, 5 do
      local co = coroutine.wrap(function() local got = get(t, k) set(t, k, 1) return got end)
      assert(co() == k and co("told") == k and co(i) == "told" and what == i + 1)
    end
    local calls = 0
    mt.__index, mt.__newindex = function() return 1 end, function() end
    for round = 1, 4 do
      if round % 2 == 0 then
        debug.sethook(function() calls = calls + 1 end, "cr")
        assert(get(t, k) == 1)
        set(t, k, 1)
        debug.sethook()
      end
      assert(get(t, k) == 1)
      set(t, k, 1)
    end
    assert(calls >= 16, calls)
  end
  mt.__index = function(o, k) return 1 + o[k + 1] end
  local ok, message = pcall(get, t, 1)
  assert(not ok and message:find("stack overflow"))
  mt.__newindex = function(o, k, v) o[k + 1] = v end
  ok, message = pcall(set, t, 1, 1)
  assert(not ok and message:find("stack overflow"))
end
