-- Records: constructors know their shape from the first, fields that are nil have a slot already.

local function point(x, y, z, w, v) return {x = x, y = y, z = z, w = w, v = v} end
local function fields(t)
  local names = {}
  for name in pairs(t) do names[#names + 1] = name end
  table.sort(names)
  return table.concat(names, " ")
end
for _ = 1, 3 do
  assert(fields(point(1, 2, 3, 4, 5)) == "v w x y z" and fields(point(nil, 2, nil, 4)) == "w y")
  assert(fields(point()) == "" and next(point()) == nil and next(point(nil, nil, nil, nil, 7)) == "v")
  local p = point(1)
  p.z, p.x, p.other = 3, nil, 8
  assert(fields(p) == "other z" and p.x == nil and p.y == nil and p.v == nil)
end

-- The same name twice, names of metamethods, many names, computed keys among them, constructors inside one another.
local function twice(a, b) return {a = a, b = 0, a = b} end
for _ = 1, 3 do
  assert(twice(1, 2).a == 2 and twice(1).a == nil and fields(twice(1)) == "b")
  local mt = {__index = function(_, key) return key .. "?" end, __len = function() return 42 end, __newindex = nil}
  local t = setmetatable({q = nil}, mt)
  assert(t.q == "q?" and #t == 42)
  t.q = 1
  assert(t.q == 1 and rawget(t, "q") == 1)
  local key = "computed" .. _
  local mixed = {a = 1, [key] = 2, b = nil, c = 3}
  assert(fields(mixed) == "a c " .. key and mixed[key] == 2)
  local nested = {a = {a = {b = nil, a = 1}, c = 2}, b = {c = nil, d = {}}, e = _ > 1 and {a = _} or nil}
  assert(nested.a.a.a == 1 and nested.a.c == 2 and nested.b.c == nil and (nested.e == nil or nested.e.a == _))
end
local source = {}
for i = 1, 300 do source[i] = ("f%d = %s"):format(i, i % 3 == 0 and "nil" or i) end
for _, count in ipairs{1, 3, 4, 7, 8, 249, 250, 251, 300} do
  local make = load("return {" .. table.concat(source, ", ", 1, count) .. "}")
  for _ = 1, 3 do
    local t, n = make(), 0
    for i = 1, 300 do assert(t["f" .. i] == (i <= count and i % 3 ~= 0 and i or nil)) end
    for _ in pairs(t) do n = n + 1 end
    assert(n == count - count // 3)
  end
end

-- An error or a yield in the middle; the table that is being made, seen and changed by a debugger.
local function failing(f) return {a = 1, b = f(), c = 3} end
assert(not pcall(failing, error) and fields(failing(function() end)) == "a c")
local co = coroutine.wrap(function() return failing(coroutine.yield) end)
co()
collectgarbage()
assert(fields(co(5)) == "a b c")
local function meddle(change)
  return {a = 1, b = (function()
    for i = 1, 99 do
      local name, value = debug.getlocal(2, i)
      if not name then break end
      if type(value) == "table" then change(value, i) end
    end
    return 2
  end)(), c = 3, __index = 4}
end
for _ = 1, 3 do
  local seen = {}
  meddle(function(t) setmetatable(t, {__newindex = function(_, key) seen[#seen + 1] = key end}) end)
  assert(table.concat(seen, " ") == "b c __index")
  assert(fields(meddle(function(t) t.z = 9 end)) == "__index a b c z")
  local child
  local parent = meddle(function(t) child = setmetatable({}, t) assert(child.x == nil) end)
  assert(parent.__index == 4 and not pcall(function() return child.x.y end))
  local _, message = pcall(meddle, function(_, i) debug.setlocal(3, i, 7) end)
  assert(message:find("attempt to index a number value", 1, true))
end
assert(fields(meddle(function() end)) == "__index a b c")

-- Own slots that hold nil: what the __index chain and __newindex say then, through the same code, while they change.
local Base, Class = {}, {}
Base.__index, Class.__index = Base, Class
setmetatable(Class, Base)
local function new(a, b, c, d, e) return setmetatable({a = a, b = b, c = c, d = d, e = e}, Class) end
local function get(t) return t.a, t.e end
local function set(t, a, e) t.a = a t.e = e end
local function check(t, a, e)
  for _ = 1, 3 do
    local x, y = get(t)
    assert(x == a and y == e)
  end
end
local object = new()
check(object, nil, nil)
Base.a = "base" check(object, "base", nil)
Class.a = "class" check(object, "class", nil)
Class.e = 5 check(object, "class", 5)
set(object, 1, 2) check(object, 1, 2)
set(object, nil, nil) check(object, "class", 5)
Class.a = nil check(object, "base", 5)
Base.a, Class.e = nil, nil check(object, nil, nil)
Base.__index = function(_, key) return key:upper() end
check(object, "A", "E")
Base.__index = Base check(object, nil, nil)
local log = {}
set(object, nil, nil)
Class.__newindex = function(_, key, value) log[#log + 1] = key .. tostring(value) end
for _ = 1, 2 do set(object, 1, nil) end
check(object, nil, nil)
assert(table.concat(log, " ") == "a1 enil a1 enil")
Class.__newindex = nil
for _ = 1, 3 do set(object, 1, 2) set(object, nil, 3) end
check(object, nil, 3)
Class.__newindex = Base
set(object, 7, 8) check(object, 7, 8)
assert(rawget(object, "a") == nil and Base.a == 7 and rawget(object, "e") == 8)
Class.__newindex, Base.a = nil, nil
-- The object becomes a prototype itself.
local heir = setmetatable({a = nil, b = 1}, {__index = object})
local function heirs() return heir.a, heir.b, heir.e end
for round = 1, 3 do
  assert(select("#", heirs()) == 3 and heirs() == nil and heir.e == 8)
  set(object, round, nil)
  assert(heirs() == round and heir.e == nil)
  set(object, nil, 8)
end
-- Weak tables on the way are cleared.
local holder = setmetatable({}, {__mode = "v"})
local weak = setmetatable({x = nil}, {__index = holder})
local function read() return weak.x end
for _ = 1, 3 do
  holder.x = {}
  assert(type(read()) == "table")
  collectgarbage()
  assert(read() == nil)
end
-- Globals, and fields that no table of a chain has.
local absent = setmetatable({}, {__index = setmetatable({}, {__index = {}})})
local function missing(t) return t.nothing end
for i = 1, 40 do
  assert(missing(absent) == nil and missing({i = i}) == nil and missing(new()) == nil)
end
getmetatable(getmetatable(absent).__index).__index.nothing = "there"
assert(missing(absent) == "there" and missing({}) == nil)
-- Sites that see many shapes.
local function many(t)
  if t.v then t.v = nil else t.v = 1 end
  return t.v, t.u
end
for i = 1, 60 do
  local t = setmetatable({["k" .. i % 30] = 1, v = nil}, i % 2 == 0 and {__index = {u = i}} or nil)
  local v, u = many(t)
  assert(v == 1 and u == (i % 2 == 0 and i or nil))
  v, u = many(t)
  assert(v == nil and u == (i % 2 == 0 and i or nil))
end
-- string.dump forgets what was learnt.
local again = load(string.dump(load("local a, b = ... return {a = a, b = b, c = 1, d = a}")))
for _ = 1, 3 do assert(fields(again(1)) == "a c d" and fields(again(nil, 2)) == "b c") end

-- Items and fields in one constructor, executed often, with what a table can become afterwards.
do
  local function count(t)
    local n = 0
    for _ in pairs(t) do n = n + 1 end
    return n
  end
  local function three() return "a", "b", "c" end
  local function nothing() end
  local function make(i, maybe)
    return {
      { i, kind = "one", line = i },
      { i, i + 1, i + 2, i + 3, x = i, y = maybe, z = 3, w = 4, v = 5 },
      { x = i, three() },
      { three(), x = i, y = 2, z = 3, u = 4, three() },
      { x = 1, i, x = i, x = maybe },
      { nil, maybe, x = i, nil },
      { n = i, select(9, i) },
      { n = i, nothing() },
      { i, [i + 1] = "key", x = i },
    }
  end
  for i = 1, 60 do
    local maybe = i % 3 == 0 and i or nil
    local a, b, c, d, e, f, g, h, k = table.unpack(make(i, maybe))
    assert(#a == 1 and a[1] == i and a.kind == "one" and a.line == i and count(a) == 3)
    assert(#b == 4 and b[4] == i + 3 and b.x == i and b.y == maybe and b.z == 3 and b.w == 4 and b.v == 5)
    assert(count(b) == (maybe and 9 or 8))
    assert(#c == 3 and c[3] == "c" and c.x == i and count(c) == 4)
    assert(#d == 4 and d[1] == "a" and d[2] == "a" and d[4] == "c" and d.u == 4 and count(d) == 8)
    assert(e[1] == i and e.x == maybe and count(e) == (maybe and 2 or 1))
    assert(f[2] == maybe and f.x == i and f[1] == nil and f[3] == nil)
    assert(g.n == i and #g == 0 and h.n == i and #h == 0 and count(h) == 1)
    assert(k[1] == i and k[i + 1] == "key" and k.x == i)
    -- They grow, lose what they had, and get metatables like any other table.
    for j = 1, 8 do
      a[j], a["f" .. j] = j, j
      c[#c + 1] = j
    end
    assert(#a == 8 and a.f8 == 8 and a.kind == "one" and #c == 11 and c.x == i)
    b[1], b.x, b.q = nil, nil, 1
    assert(b[2] == i + 1 and b.x == nil and b.q == 1 and b.v == 5)
    setmetatable(d, { __index = function(_, name) return name end })
    assert(d.x == i and d.none == "none" and #d == 4)
    if i % 20 == 0 then collectgarbage() end
  end
  -- An error in the midst leaves nothing behind that the next round could meet.
  for i = 1, 40 do
    local ok, t = pcall(function() return { i, x = i, y = i % 2 == 0 and error("stop", 0) or 1, 2 } end)
    assert(ok == (i % 2 == 1) and (t == "stop" or #t == 2 and t.x == i and t.y == 1))
  end
  -- More fields than a shape has, with and without items.
  for _, items in ipairs { "", "1, 2, 3, " } do
    local source = { "return {" .. items }
    for i = 1, 300 do source[#source + 1] = "f" .. i .. " = " .. i .. "," end
    local make = load(table.concat(source) .. "}")
    for _ = 1, 20 do
      local t = make()
      assert(count(t) == 300 + #t and t.f1 == 1 and t.f300 == 300 and #t == (items == "" and 0 or 3))
    end
  end
end
print "ok" --> ok
