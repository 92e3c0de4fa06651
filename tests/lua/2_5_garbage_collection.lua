-- Manual 2.5: collection in both modes, the count, stop and restart, and the options' results.
print(collectgarbage(), collectgarbage("collect"))                     --> 0	0
print(math.type(collectgarbage("count")), collectgarbage("isrunning"))  --> float	true
collectgarbage("stop")
print(collectgarbage("isrunning"))                                      --> false
collectgarbage("restart")
print(collectgarbage("isrunning"))                                      --> true
print(collectgarbage("incremental"))                                    -->~ (incremental|generational)
print(collectgarbage("generational"))                                   --> incremental
print(collectgarbage("incremental", 100, 200, 10))                      --> generational
print(collectgarbage("setpause", 200), collectgarbage("setpause", 200)) --> 100	200
print(collectgarbage("setstepmul", 100), collectgarbage("setstepmul", 100)) --> 200	100
print(pcall(collectgarbage, "nonsense"))  --> false	bad argument #1 to 'collectgarbage' (invalid option 'nonsense')
print(pcall(collectgarbage, {}))          --> false	bad argument #1 to 'collectgarbage' (string expected, got table)
assert(type(collectgarbage("step")) == "boolean")
assert(type(collectgarbage("step", 100)) == "boolean")
local steps = 0
repeat steps = steps + 1 until collectgarbage("step", 1) or steps > 1000000
assert(steps < 1000000)

local stress = os.getenv("FERROUS_GC_STRESS")
local N = stress and 200 or 20000
-- Garbage goes away: memory stays bounded while much is allocated.
for _, mode in ipairs {"incremental", "generational"} do
  collectgarbage(mode)
  collectgarbage()
  local before = collectgarbage("count")
  for i = 1, N * 5 do local t = {i, {tostring(i)}, function() return i end} end
  for i = 1, N do local s = ("x"):rep(1000) .. i end
  local co
  for i = 1, N // 20 do co = coroutine.wrap(function() coroutine.yield(i) end) co() end
  collectgarbage()
  collectgarbage()
  local after = collectgarbage("count")
  assert(after < before + 600, mode .. ": " .. after - before)

  -- What is reachable stays: a list, a tree, a cyclic graph, closures, coroutines, upvalues.
  local list, cell = nil, nil
  for i = 1, N do list = {value = i, next = list} end
  local function tree(n) if n == 0 then return {} end return {tree(n - 1), tree(n - 1), n = n} end
  local root = tree(stress and 5 or 12)
  local ring = {}
  for i = 1, 100 do ring[i] = {id = i} end
  for i = 1, 100 do ring[i].next = ring[i % 100 + 1] ring[i].all = ring end
  local first = ring[1]
  ring = nil
  local closures = {}
  for i = 1, 100 do local box = {i} closures[i] = function() box = {box[1] + 1} return box[1] end end
  local threads = {}
  for i = 1, 50 do threads[i] = coroutine.wrap(function() local mine = {i} while true do coroutine.yield(mine[1]) mine = {mine[1] + 1} end end) threads[i]() end
  for i = 1, N do local garbage = {i} end
  collectgarbage()
  for i = 1, N do local garbage = {i, tostring(i)} end
  collectgarbage("step")
  local n = 0
  while list do n = n + 1 assert(list.value == N + 1 - n) list = list.next end
  assert(n == N)
  local function size(t) return 1 + (t[1] and size(t[1]) + size(t[2]) or 0) end
  assert(size(root) == 2 ^ ((stress and 5 or 12) + 1) - 1)
  local at = first
  for i = 1, 100 do assert(at.id == i and at.all[i] == at) at = at.next end
  assert(at == first)
  for i = 1, 100 do assert(closures[i]() == i + 1) end
  for i = 1, 50 do assert(threads[i]() == i + 1) end

  -- Old objects that get new children (the write barrier's work).
  local old = {}
  for i = 1, 200 do old[i] = {} end
  collectgarbage() collectgarbage()
  local setter = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v) end})
  for round = 1, stress and 2 or 20 do
    for i = 1, 200 do
      old[i].child = {round, i}
      old[i][round] = {tostring(round)}
      rawset(old[i], "raw", {i})
      old[i]["k" .. round % 5] = {round}
      setmetatable(old[i], {tag = {i}})
    end
    setter[round] = {round}
    collectgarbage("step", 10)
    for i = 1, N // 10 do local g = {} end
    for i = 1, 200 do
      assert(old[i].child[1] == round and old[i].child[2] == i and old[i][round][1] == tostring(round))
      assert(old[i].raw[1] == i and old[i]["k" .. round % 5][1] == round and getmetatable(old[i]).tag[1] == i)
    end
    assert(setter[round][1] == round)
  end
  for i = 1, 200 do for round = 1, stress and 2 or 20 do assert(old[i][round][1] == tostring(round)) end end
end
collectgarbage("incremental")

-- Stopped: nothing is collected; memory grows.
collectgarbage()
collectgarbage("stop")
local weak = setmetatable({}, {__mode = "v"})
weak[1] = {}
for i = 1, stress and 10 or 5000 do local g = {i} end
if not stress then assert(weak[1]) end
collectgarbage("restart")
collectgarbage()
assert(weak[1] == nil)

-- Values that live only on the stack, in varargs, in temporaries, in a pending call.
local function hold(...)
  for i = 1, 50 do local g = {...} end
  collectgarbage()
  return select("#", ...), (select(3, ...))[1]
end
print(hold({1}, {2}, {3}))                --> 3	3
print(({collectgarbage(), "kept" .. 1})[2], #{{}, {}, collectgarbage() and {}})  --> kept1	3
local parts = {}
for i = 1, 100 do parts[#parts + 1] = ("s" .. i):upper():gsub("S", function(c) collectgarbage("step") return c .. i end) end
assert(parts[100] == "S100100")
