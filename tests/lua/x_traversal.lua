-- Loops over pairs and ipairs, and next called directly: tables with items, fields and nodes in every
-- combination, changed, stopped and resumed in the midst of it.
local stress = os.getenv("FERROUS_GC_STRESS")
local pack, unpack = table.pack, table.unpack

local function make(items, fields, nodes)
  local t = {}
  for i = 1, items do t[i] = i end
  for i = 1, fields do t["f" .. i] = -i end
  for i = 1, nodes do t[i * 1000] = i * 1000 end
  return t
end

local function pairs_of(t)
  local list = {}
  for k, v in pairs(t) do list[#list + 1] = {k, v} end
  return list
end

local function same(a, b)
  if #a ~= #b then return false end
  for i = 1, #a do if a[i][1] ~= b[i][1] or a[i][2] ~= b[i][2] then return false end end
  return true
end

-- Every way to step through a table meets the same pairs in the same order, each once.
local sizes = stress and {0, 1, 5} or {0, 1, 2, 3, 4, 5, 8, 9, 40, 300}
for _, items in ipairs(sizes) do
  for _, fields in ipairs(sizes) do
    for _, nodes in ipairs(sizes) do
      local t = make(items, fields, nodes)
      local list = pairs_of(t)
      assert(#list == items + fields + nodes)
      local by_next, seen = {}, {}
      local k, v = next(t)
      while k ~= nil do
        assert(not seen[k] and t[k] == v)
        seen[k] = true
        by_next[#by_next + 1] = {k, v}
        k, v = next(t, k)
      end
      assert(same(list, by_next))
      local n = 0
      for key in next, t do n = n + 1 assert(key == list[n][1]) end
      assert(n == #list)
      n = 0
      for key, value, third, fourth in pairs(t) do
        n = n + 1
        assert(key == list[n][1] and value == list[n][2] and third == nil and fourth == nil)
      end
      assert(n == #list)
      for from = 1, #list, stress and 3 or 7 do -- a loop may begin anywhere
        local at = from
        for key, value in next, t, list[from][1] do
          at = at + 1
          assert(key == list[at][1] and value == list[at][2])
        end
        assert(at == #list)
      end
      n = 0
      for i, value in ipairs(t) do n = n + 1 assert(i == n and value == n) end
      assert(n == items)
    end
  end
end

-- What is passed or not yet reached may become nil; what is there may get another value.
for _, step in ipairs {1, 2, 3} do
  local t, n = make(20, 10, 20), 0
  for k, v in pairs(t) do
    n = n + 1
    t[k] = n % step == 0 and nil or v
  end
  assert(n == 50)
  for k in pairs(t) do t[k] = nil end
  assert(next(t) == nil and pack(next(t)).n == 1)
end
do
  local t, met = make(20, 10, 20), 0
  for k in pairs(t) do
    met = met + 1
    for i = 1, 20 do if i ~= k then t[i] = nil end end
    for i = 1, 10 do if "f" .. i ~= k then t["f" .. i] = nil end end
  end
  assert(met >= 21 and met <= 23)
end

-- Several traversals by next at once, of one table and of many.
do
  local a, b = make(3, 3, 30), make(2, 9, 30)
  local ka, kb, kc, n
  n = 0
  repeat
    ka, kb, kc = next(a, ka), next(b, kb), next(a, kc)
    assert(ka == kc)
    n = n + 1
  until ka == nil or kb == nil
  assert(n == 37)
  assert(not pcall(next, a, "no such key") and not pcall(next, a, 0 / 0))
  local ok, message = pcall(function() local k = next(a, "no such key") return k end)
  assert(not ok and message:find("invalid key to 'next'", 1, true))
  assert(next({}, nil) == nil and select("#", next({})) == 1)
end

-- Loops with something to close behave as those without; it is closed at their end.
do
  local closed = 0
  local guard = setmetatable({}, {__close = function() closed = closed + 1 end})
  local sum = 0
  for _, v in next, {1, 2, 3, x = 4}, nil, guard do sum = sum + v end
  local step, list, zero = ipairs {5, 6, 7}
  for _, v in step, list, zero, guard do sum = sum + v end
  for _, v in step, list, zero, false do sum = sum + v end
  for _, v in step, list, zero, guard do sum = sum + v break end
  assert(sum == 51 and closed == 3)
end

-- One loop that meets different iterators, tables and values, often enough to be specialised for each.
do
  local function count(iterate, t, control)
    local n = 0
    for _ in iterate, t, control do n = n + 1 end
    return n
  end
  local step = ipairs {}
  local function own(limit, i) if i < limit then return i + 1 end end
  local callable = setmetatable({}, {__call = function(_, limit, i) return own(limit, i) end})
  local proxy = setmetatable({}, {__index = function(_, i) if i < 8 then return i end end})
  for round = 1, 4 do
    assert(count(next, {1, 2, x = 3}) == 3)
    assert(count(step, {1, 2, nil, 4}, 0) == 2 and count(step, {1, 2, 3}, 1) == 2)
    assert(count(own, 5, 0) == 5 and count(callable, 6, 0) == 6)
    assert(count(step, proxy, 0) == 7 and count(step, "text", 0) == 0)
    assert(not pcall(count, next, 1) and not pcall(count, nil, {}))
    assert(count(coroutine.wrap(function() for i = 1, 4 do coroutine.yield(i) end end)) == 4)
  end
  local n = 0
  for i, v in ipairs {1, 2, nil, 4} do n = n + v end
  assert(n == 3)
  n = 0
  for i, v in ipairs(proxy) do n = n + v end
  assert(n == 28)
  local growing = {1}
  for i, v in ipairs(growing) do if i < 50 then growing[i + 1] = i + 1 end n = i end
  assert(n == 50)
end

-- Hooks that come and go, and debug.setlocal on the state of a loop.
do
  local t, n = make(5, 5, 5), 0
  for k in pairs(t) do
    n = n + 1
    if n % 4 == 1 then debug.sethook(function() end, "crl") end
    if n % 4 == 3 then debug.sethook() end
  end
  debug.sethook()
  assert(n == 15)
  local function set_state(which, value)
    local at, states = 1, 0
    while true do
      local name = debug.getlocal(2, at)
      if name == nil then return end
      if name == "(for state)" then
        states = states + 1
        if states == which then debug.setlocal(2, at, value) end
      end
      at = at + 1
    end
  end
  local function run(which, value, iterate, list, control)
    local met = {}
    for k in iterate, list, control do
      met[#met + 1] = k
      if #met == 2 then set_state(which, value) end
      if #met == 20 then break end
    end
    return unpack(met)
  end
  local step = ipairs {}
  for round = 1, 3 do
    local function string_of(...) return table.concat(pack(...), " ") end
    assert(string_of(run(2, {7, 8, 9, 10}, next, {1, 2, 3})) == "1 2 3 4")
    assert(string_of(run(2, {7, 8, 9, 10}, step, {1, 2, 3}, 0)) == "1 2 3 4")
    assert(string_of(run(1, function(_, k) if k < 6 then return k + 2 end end, next, {1, 2, 3})) == "1 2 4 6")
    assert(string_of(run(1, function(_, k) if k < 6 then return k + 2 end end, step, {1, 2, 3}, 0)) == "1 2 4 6")
    assert(string_of(run(3, 3, next, {1, 2, 3, 4})) == "1 2 4")
    assert(string_of(run(3, 3, step, {1, 2, 3, 4}, 0)) == "1 2 4")
    assert(not pcall(run, 2, 5, next, {1, 2, 3}))
    assert(not pcall(run, 1, nil, step, {1, 2, 3}, 0))
    assert(not pcall(run, 3, {}, step, {1, 2, 3}, 0))
  end
end

-- In coroutines that are left in the midst of loops.
do
  local t = make(6, 6, 6)
  local walkers, all = {}, {}
  for i = 1, 5 do walkers[i] = coroutine.wrap(function() for k, v in pairs(t) do coroutine.yield(k, v) end end) end
  for _ = 1, 18 do
    local k = walkers[1]()
    for i = 2, 5 do assert(walkers[i]() == k) end
    all[k] = true
    collectgarbage("step")
  end
  for k in pairs(t) do assert(all[k]) end
end
print "ok" --> ok
