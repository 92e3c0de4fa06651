-- Stores, look-ups and removals under keys of all kinds in random order, against a table that has the same
-- content under names: whichever part of the table a key is in, or was.
local stress = os.getenv("FERROUS_GC_STRESS")
local seed = 12345
local function random(n)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return (seed >> 8) % n + 1
end

local objects = {}
for i = 1, 40 do objects[i] = i % 3 == 0 and function() return i end or i % 3 == 1 and {} or coroutine.create(print) end

local makers = {
  function(i) return i, "i" .. i end,
  function(i) return -i, "i" .. -i end,
  function(i) return i * 64, "i" .. i * 64 end,
  function(i) return i * 1000003, "i" .. i * 1000003 end,
  function(i) return i + 0.5, "d" .. i end,
  function(i) return -i * 2.0 ^ 20 - 0.25, "e" .. i end,
  function(i) return i + 0.0, "i" .. i end,
  function(i) return 2.0 ^ 70 * i, "h" .. i end,
  function(i) return (1 << 50) + i, "w" .. i end,
  function(i) return objects[i % 40 + 1], "o" .. i % 40 end,
  function(i) return "s" .. i, "s" .. i end,
  function(i) return ("long"):rep(12) .. i, "l" .. i end,
  function(i) return i % 2 == 0, "b" .. i % 2 end,
}

local function play(steps, range, kinds, removals, metatable)
  local t, model, count = setmetatable({}, metatable), {}, 0
  for step = 1, steps do
    local key, name = makers[kinds[random(#kinds)]](random(range))
    if random(100) <= removals then
      t[key], model[name] = nil, nil
    else
      t[key], model[name] = step, step
    end
    key, name = makers[kinds[random(#kinds)]](random(range))
    assert(t[key] == model[name])
    if step % (range * 8) == 0 then
      local seen, left = {}, 0
      for k, v in pairs(t) do assert(not seen[k] and t[k] == v) seen[k] = true left = left + 1 end
      for _ in pairs(model) do left = left - 1 end
      assert(left == 0)
    end
  end
end

local all = {}
for i = 1, #makers do all[i] = i end
for round = 1, stress and 1 or 4 do
  for _, kinds in ipairs {{1}, {2}, {3}, {4}, {5}, {5, 6}, {1, 2}, {3, 4}, {1, 7}, {8, 9}, {10}, {10, 5, 2}, {11, 12}, all} do
    for _, removals in ipairs {0, 30, 50, 90} do
      play(stress and 60 or 3000, stress and 12 or ({20, 300, 40, 1000})[round], kinds, removals)
    end
    play(stress and 60 or 2000, 30, kinds, 40, {})
    play(stress and 60 or 2000, 30, kinds, 40, {__index = function() end, __newindex = rawset})
  end
end

-- A window of keys that moves, and one key that comes and goes among dead ones.
local map, sum = {}, 0
for i = 1, stress and 300 or 20000 do
  map[i * 64] = i
  map[(i - 50) * 64] = nil
  map[-1] = i % 3 ~= 0 and i or nil
  sum = sum + (map[(i - 25) * 64] or 0) + (map[-1] or 0)
end
local left = 0
for _ in pairs(map) do left = left + 1 end
assert(left == 50 + (map[-1] and 1 or 0))

-- New names in dictionaries; those of events are seen although nothing was expected of them before.
do
  local d, names = {}, stress and 30 or 400
  for turn = 1, 3 do
    for i = 1, names do d["n" .. i] = i end
    for i = 1, names, 2 do d["n" .. i] = nil end
    for i = 1, names do assert(d["n" .. i] == (i % 2 == 0 and i or nil)) end
  end
  local object = setmetatable({}, d)
  local function put(name, value) d[name] = value end
  put("other", 1)
  assert(object.x == nil)
  put("__index", function() return "found" end)
  assert(object.x == "found")
  put("__index", nil)
  assert(object.x == nil)
end

-- New keys with __newindex, nil and NaN.
local stored = {}
local logged = setmetatable({[0.5] = 1, [-7] = 1, [stored] = 1}, {__newindex = function(_, k, v) stored[#stored + 1] = k end})
for _, key in ipairs {-1, 0.25, print, -1, 0.25, print} do logged[key] = 1 logged[key] = nil end
assert(#stored == 12 and next(logged) ~= nil)
for _ = 1, 3 do
  assert(not pcall(function() local t = {[-1] = 1} t[0 / 0] = 1 end))
  assert(not pcall(function() local t, k = {[-1] = 1} t[k] = 1 end))
end

-- Items are appended, and nil ones filled, in tables with a metatable, until that gets a __newindex, and after.
do
  local meta, seen = {}, 0
  local function fill(t, from, to) for i = from, to do t[i] = i end end
  for round = 1, 3 do
    local t = setmetatable({}, meta)
    fill(t, 1, 20)
    t[7] = nil
    fill(t, 7, 7)
    assert(#t == 20 and t[7] == 7)
    t[9] = nil
    meta.__newindex = function(_, k) seen = seen + k end
    fill(t, 9, 9)
    fill(t, 19, 22)
    assert(#t == 20 and t[9] == nil and t[21] == nil and seen == round * 52)
    meta.__newindex = nil
    fill(t, 21, 40)
    fill(t, 9, 9)
    assert(#t == 40 and t[9] == 9)
    meta[7], meta.other = t, round
  end
end
print "ok" --> ok
