-- The collector against programs that move references while it works.
local stress = os.getenv("FERROUS_GC_STRESS")
local N = stress and 30 or 2000
local function step() return collectgarbage("step", 1) end
for _, mode in ipairs {"incremental", "generational"} do
  collectgarbage(mode)
  if mode == "incremental" then collectgarbage("incremental", 100, 100, 1) end
  -- A white object is moved from an unvisited place to a visited one, then dropped from the first.
  local left, right = {}, {}
  for i = 1, 200 do left[i] = {i} end
  for round = 1, stress and 3 or 50 do
    for i = 1, 200 do
      local from, to = left, right
      if round % 2 == 0 then from, to = right, left end
      to[i], from[i] = from[i], nil
      if i % 20 == 0 then step() end
    end
    local holder = round % 2 == 1 and right or left
    for i = 1, 200 do assert(holder[i][1] == i) end
  end
  -- Through upvalues, open and closed.
  local function cell(v) return function(new) local old = v if new ~= nil then v = new end return old end end
  local cells = {}
  for i = 1, 100 do cells[i] = cell({i}) end
  for round = 1, stress and 2 or 30 do
    for i = 1, 100 do cells[i](cells[i % 100 + 1]()) cells[i]({i}) if i % 10 == 0 then step() end end
    for i = 1, 100 do assert(cells[i]()[1] == i) end
  end
  -- Through a metatable, an environment, a coroutine's stack and varargs.
  local object = {}
  for i = 1, N do
    setmetatable(object, {__index = {value = {i}}})
    if i % 7 == 0 then step() end
    assert(object.value[1] == i)
  end
  local co = coroutine.wrap(function(...) local held = {...} while true do held = {coroutine.yield(held[1])} end end)
  co({0})
  for i = 1, N do local r = co({i}) assert(r[1] == i) if i % 5 == 0 then step() end end
  local function va(...) step() local t = {...} step() return (select(2, ...))[1] + t[1][1] end
  for i = 1, N // 10 do assert(va({i}, {i}) == 2 * i) end
  -- Tables that grow, shrink and change their parts in the middle of a cycle.
  local grow = {}
  for i = 1, N do grow[i] = {i} grow["k" .. i] = {i} if i % 50 == 0 then step() end end
  for i = 1, N do assert(grow[i][1] == i and grow["k" .. i][1] == i) end
  for i = 1, N do grow[i] = nil if i % 50 == 0 then step() end end
  for i = 1, N do assert(grow["k" .. i][1] == i) end
  -- A weak table changed while the cycle runs; values brought back to life through it.
  local weak, strong = setmetatable({}, {__mode = "v"}), {}
  for i = 1, N do
    weak[i % 50] = {i}
    if i % 3 == 0 then strong[i % 10] = weak[(i * 7) % 50] end
    if i % 10 == 0 then step() end
  end
  for i = 0, 9 do if strong[i] then assert(type(strong[i][1]) == "number") end end
  -- Ephemerons whose keys are found alive late.
  local eph, key = setmetatable({}, {__mode = "k"}), {}
  for i = 1, 50 do local value = {next = {}} eph[key] = value key = value.next if i % 5 == 0 then step() end end
  -- Finalizers that touch everything, run in the middle of allocation.
  local runs, registry = 0, {}
  for i = 1, N do
    setmetatable({i}, {__gc = function(o) runs = runs + 1 registry[runs % 10] = o registry["s" .. runs % 10] = {o[1]} end})
    if i % 100 == 0 then step() end
  end
  collectgarbage()
  assert(runs == N)
  for i = 0, 9 do if registry[i] then assert(math.type(registry[i][1]) == "integer") end end
  -- Strings that die and come back in the same cycle.
  local names = {}
  for i = 1, N do local s = "name" .. i % 100 names[s] = s if i % 100 == 50 then for k in pairs(names) do names[k] = nil end end if i % 20 == 0 then step() end end
  for k, v in pairs(names) do assert(k == v) end
  -- Compilation, dumping and loading while it runs.
  for i = 1, stress and 5 or 100 do
    local f = load("local a = ... local function g() return a, " .. i .. ", 'text" .. i .. "' end return g")
    local g = load(string.dump(f))(i)
    step()
    local a, b, c = g()
    assert(a == i and b == i and c == "text" .. i)
  end
  -- A long chain and a wide fan dropped at once; deep structures don't exhaust the C stack.
  local chain
  for i = 1, stress and 1000 or 300000 do chain = {chain} end
  collectgarbage()
  local depth, at = 0, chain
  while at do depth = depth + 1 at = at[1] end
  assert(depth == (stress and 1000 or 300000))
  chain, at = nil, nil
  local closures
  for i = 1, stress and 500 or 50000 do local prev = closures closures = function() return prev end end
  collectgarbage()
  for i = 1, stress and 500 or 50000 do closures = closures() end
  assert(closures == nil)
  local threads
  for i = 1, stress and 50 or 500 do local prev = threads threads = coroutine.wrap(function() coroutine.yield() return prev end) threads() end
  collectgarbage()
  for i = 1, stress and 50 or 500 do threads = threads() end
  assert(threads == nil)
  local metas = nil
  for i = 1, stress and 500 or 50000 do metas = setmetatable({}, {m = metas}) end
  collectgarbage()
  for i = 1, stress and 500 or 50000 do metas = getmetatable(metas).m end
  assert(metas == nil)
end
-- Changing modes in the middle of a cycle.
local data = {}
for i = 1, N do
  data[i % 100] = {i}
  if i % 25 == 0 then step() collectgarbage(i % 50 == 0 and "generational" or "incremental") end
end
for i = 0, 99 do if data[i] then assert(data[i][1] % 100 == i) end end
collectgarbage("incremental", 200, 100, 13)
-- The count is believable: what is allocated shows, what is freed goes away.
collectgarbage() collectgarbage()
local base = collectgarbage("count")
local block = ("x"):rep(1 << 20)
assert(collectgarbage("count") - base > 1000)
block = nil
collectgarbage() collectgarbage()
assert(collectgarbage("count") - base < 200, collectgarbage("count") - base)
