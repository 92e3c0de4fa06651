-- Generational mode: manual 2.5.2. What is young and unreachable goes with the next step; what is old
-- stays until a major cycle, and keeps what was stored into it since.
collectgarbage("generational")
collectgarbage()

local function watch() return setmetatable({}, {__mode = "v"}) end
local function step() collectgarbage("step") end

-- Young garbage is collected by a step, old garbage is not, and both by a full cycle.
do
  local seen = watch()
  seen.young = {}
  step()
  print(seen.young)                                                       --> nil
  local old = {}
  seen.old = old
  step()
  step()
  old = nil
  step()
  print(seen.old ~= nil)                                                  --> true
  collectgarbage()
  print(seen.old)                                                         --> nil
end

-- Every way of storing something young into something old.
local stores = {
  field = function(o, v) o.x = v end,
  new_field = function(o, v) o["k" .. tostring(v)] = v end,
  item = function(o, v) o[1] = v end,
  append = function(o, v) o[#o + 1] = v end,
  insert = function(o, v) table.insert(o, v) end,
  move = function(o, v) table.move({v}, 1, 1, #o + 1, o) end,
  raw = function(o, v) rawset(o, {}, v) end,
  key = function(o, v) o[v] = true end,
  float_key = function(o, v) o[0.5] = v end,
  metatable = function(o, v) setmetatable(o, {__index = v}) end,
  sorted = function(o, v) o[1], o[2] = v, v table.sort(o, function() return false end) end,
}
local function reach(o, seen) -- all tables below o
  if type(o) ~= "table" or seen[o] then return end
  seen[o] = true
  for k, v in next, o do reach(k, seen) reach(v, seen) end
  reach(getmetatable(o), seen)
end
for name, store in pairs(stores) do
  for _, size in ipairs {0, 3, 40} do
    local old, weak = {}, watch()
    for i = 1, size do old[i], old["f" .. i] = {}, {} end
    step()
    step()
    for round = 1, 5 do
      local value = {name}
      weak.value = value
      store(old, value)
      local address = tostring(value)
      value = nil
      for i = 1, 50 do local _ = {name} end
      step()
      step()
      local seen = {}
      reach(old, seen)
      assert(weak.value and weak.value[1] == name and tostring(weak.value) == address, name)
      assert(seen[weak.value], name)
    end
  end
end

-- Upvalues, open and closed, of old closures; user values have a test in C.
do
  local v
  local function set(new) v = new end
  local function get() return v end
  local function closed() local w return function(new) w = new or w return w end end
  local c = closed()
  step()
  for i = 1, 100 do
    set({i})
    c({i})
    step()
    assert(get()[1] == i and c()[1] == i)
    debug.setupvalue(c, 1, {-i})
    step()
    assert(c()[1] == -i)
  end
  local other = closed()
  other({"joined"})
  debug.upvaluejoin(c, 1, other, 1)
  other = nil
  step()
  print(c()[1])                                                           --> joined
end

-- Old coroutines: their stacks are looked at every time, suspended or not.
do
  local co = coroutine.wrap(function(x) while true do local kept = {x} x = coroutine.yield(kept) end end)
  co(0)
  step()
  for i = 1, 100 do
    local kept = co(i)
    kept = nil
    step()
    for j = 1, 10 do local _ = {j} end
    assert(co(i)[1] == i)
  end
  local waiting = coroutine.create(function() local a = {"alive"} coroutine.yield() return a[1] end)
  coroutine.resume(waiting)
  step()
  step()
  print(coroutine.resume(waiting))                                        --> true	alive
end

-- Old weak tables and ephemerons get young entries.
do
  local values, keys = watch(), setmetatable({}, {__mode = "k"})
  step()
  local key, value = {}, {}
  values[1], values[2] = value, {}
  keys[key], keys[{}] = {key}, {}
  keys[key][2] = keys -- and a way back to the table
  step()
  print(values[1] == value, values[2], keys[key][1] == key)               --> true	nil	true
  local count = 0
  for _ in pairs(keys) do count = count + 1 end
  print(count)                                                            --> 1
  -- A chain of young ephemerons behind an old key.
  local first = key
  for i = 1, 50 do local new = {} keys[key] = new key = new end
  key = nil
  step()
  local at, length = first, 0
  while keys[at] do at, length = keys[at], length + 1 end
  print(length)                                                           --> 50
end

-- Finalizers of young objects run after a step; what they bring back lives on.
do
  local called, back = 0, nil
  local mt = {__gc = function(o) called = called + 1 back = o end}
  local old = setmetatable({"old"}, mt)
  step()
  setmetatable({"young"}, mt)
  step()
  print(called, back[1])                                                  --> 1	young
  step()
  print(called, back[1])                                                  --> 1	young
  back, old = nil, nil
  collectgarbage()
  print(called, back[1])                                                  --> 2	old
  back = nil
end

-- Old garbage does not pile up: major cycles come by themselves.
do
  local ring, highest = {}, 0
  collectgarbage()
  local before = collectgarbage("count")
  for i = 1, 60000 do
    ring[i % 500 + 1] = {{}, {}, {}, tostring(i)} -- each gets old before it dies
    if i % 1000 == 0 then highest = math.max(highest, collectgarbage("count")) end
  end
  assert(highest < 4 * before + 2048, highest)
end

-- Shapes and caches: old code meets young shapes again and again.
do
  local function get(o) return o.value, o.extra end
  local function make(i)
    local o = setmetatable({}, {__index = {extra = i}})
    o["only" .. i] = i
    o.value = i
    return o
  end
  for i = 1, 300 do
    local o = make(i)
    for _ = 1, 3 do
      local value, extra = get(o)
      assert(value == i and extra == i)
    end
    o = nil
    step()
  end
end

-- The modes follow each other at any time.
for i = 1, 30 do
  local list = {}
  for j = 1, 200 do
    list[j] = {j}
    if j % 20 == 0 then collectgarbage("step", 1) end
    if j % 50 == 0 then collectgarbage(j % 100 == 0 and "incremental" or "generational") end
  end
  for j = 1, 200 do assert(list[j][1] == j) end
  if i % 10 == 0 then collectgarbage() end
end

-- Old objects that died do not wait until the heap has grown: it may never do so.
collectgarbage "generational"
for count = 10000, 40000, 5000 do
  if os.getenv "FERROUS_GC_STRESS" then count = 100 end
  local kept = {}
  for i = 1, count do kept[i] = {} end
  local weak = setmetatable({ kept }, { __mode = "v" })
  kept = nil
  local rounds = 0
  repeat
    for _ = 1, 1000 do local t = {} end
    rounds = rounds + 1
  until next(weak) == nil or rounds == 1000
  assert(rounds < 1000)
end
collectgarbage "incremental"

print(collectgarbage("incremental"))                                      --> incremental
