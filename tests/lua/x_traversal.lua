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

-- One loop over tables of every kind in turn: its instruction follows the parts of the table.
local mixed = {1, 2, 3, x = 4, y = 5, [2.5] = 6, [true] = 7}
local sparse_only = {[100] = 1, [200] = 2}
local emptied = {a = 1, b = 2, [1000] = 3, 4}
for key in pairs(emptied) do emptied[key] = nil end
local kinds = {{}, {1, 2, 3}, {x = 1, y = 2}, sparse_only, mixed, emptied, {nil, 2, x = 1}, {1, nil, 3}}
local function sum_of(t)
  local keys, values = 0, 0
  for key, value in pairs(t) do keys, values = keys + 1, values + value end
  return keys .. ":" .. values
end
local line = {}
for round = 1, 3 do
  for i = 1, #kinds do line[i] = sum_of(kinds[i]) end
  for i = #kinds, 1, -1 do assert(sum_of(kinds[i]) == line[i]) end
end
print(table.concat(line, " ")) --> 0:0 3:6 2:3 2:3 7:28 0:0 2:3 2:4

-- The head of a loop that sees pairs, ipairs, next, other functions, tables that have a __pairs or a
-- metatable without, and values that are no tables.
local function loop(head, t, key)
  local n = 0
  for a, b in head(t, key) do n = n + 1 end
  return n
end
local function head_of_loop(head, t)
  local n = 0
  for a, b in head(t) do n = n + 1 end
  return n
end
local with_pairs = setmetatable({1, 2}, {__pairs = function(t) return function(_, i) if not i then return 1 end end, t end})
local with_metatable = setmetatable({1, 2, x = 1}, {})
local by_index = setmetatable({}, {__index = function(_, i) if i <= 4 then return i end end})
local function twice(t) return next, t, nil end
for round = 1, 3 do
  assert(head_of_loop(pairs, mixed) == 7 and head_of_loop(ipairs, mixed) == 3)
  assert(head_of_loop(pairs, with_pairs) == 1 and head_of_loop(pairs, with_metatable) == 3)
  assert(head_of_loop(ipairs, by_index) == 4 and head_of_loop(ipairs, "text") == 0)
  assert(head_of_loop(twice, mixed) == 7 and loop(pairs, mixed, 1) == 7)
  assert(not pcall(head_of_loop, pairs, nil) and not pcall(head_of_loop, pairs, 1))
  assert(not pcall(head_of_loop, ipairs, nil) and not pcall(head_of_loop, next, {}))
end
print(select(2, pcall(function() for k in pairs(nil) do end end)))
-->~ .*bad argument #1 to 'for iterator' \(table expected, got nil\)
print(pairs({}) == next, select("#", pairs({})), select("#", ipairs({}))) --> true	3	3

-- Hooks set and removed while a loop is in any part of its table; the loop's state as debug shows it.
for _, t in ipairs({{1, 2, 3, 4}, {a = 1, b = 2, c = 3, d = 4}, {[10] = 1, [20] = 2, [30] = 3, [40] = 4},
                    {1, 2, a = 3, [40] = 4}}) do
  for _, mask in ipairs({"c", "r", "l", "crl"}) do
    for _, head in ipairs({pairs, twice}) do
      local n, sum = 0, 0
      for key, value in head(t) do
        n, sum = n + 1, sum + value
        if n == 2 then debug.sethook(function() end, mask) elseif n == 3 then debug.sethook() end
        local index = 1
        while debug.getlocal(1, index) do
          local name, v = debug.getlocal(1, index)
          assert(name ~= "(for state)" or type(v) ~= "userdata")
          index = index + 1
        end
      end
      debug.sethook()
      assert(n == 4 and sum == 10)
    end
  end
end

-- next called by the program, at one place for all kinds of tables, of which it walks two at once.
local function walk(t, u)
  local seen, other = {}, 0
  local key, value = next(t)
  local key2 = next(u)
  while key ~= nil do
    assert(seen[key] == nil and rawequal(t[key], value))
    seen[key] = true
    key, value = next(t, key)
    if key2 ~= nil then
      key2 = next(u, key2)
      other = other + 1
    end
  end
  local n = 0
  for k in pairs(t) do
    assert(seen[k])
    n = n + 1
  end
  return n .. ":" .. other
end
for round = 1, 2 do
  for i = 1, #kinds do
    for j = 1, #kinds do line[j] = walk(kinds[i], kinds[j]) end
    if round == 2 then print(table.concat(line, " ")) end
  end
end
--> 0:0 0:0 0:0 0:0 0:0 0:0 0:0 0:0
--> 3:0 3:3 3:2 3:2 3:3 3:0 3:2 3:2
--> 2:0 2:2 2:2 2:2 2:2 2:0 2:2 2:2
--> 2:0 2:2 2:2 2:2 2:2 2:0 2:2 2:2
--> 7:0 7:3 7:2 7:2 7:7 7:0 7:2 7:2
--> 0:0 0:0 0:0 0:0 0:0 0:0 0:0 0:0
--> 2:0 2:2 2:2 2:2 2:2 2:0 2:2 2:2
--> 2:0 2:2 2:2 2:2 2:2 2:0 2:2 2:2
for _, key in ipairs({0, -1, 4, 1.5, "z", true, print}) do
  assert(not pcall(next, {1, 2, 3}, key) and not pcall(next, {x = 1}, key) and
         not pcall(function(t, k) local a, b = next(t, k) return a end, {1, 2, 3}, key))
end
print(next({1, 2, 3}, 3), next({1, 2, 3}, 1), (next({x = 1}, "x"))) --> nil	2	nil

-- Tables with a metatable: with and without __pairs, before and after it comes; items that __index has.
local class = {10, 20, 30, 40, 50}
class.__index = class
local object = setmetatable({1, 2, x = 3}, class)
local inner = setmetatable({1}, {__index = object})
local by_function = setmetatable({1}, {__index = function(_, i) return i < 4 and i * 100 or nil end})
local long = {1}
for i = 1, 20 do long = setmetatable({[i] = i * 1000}, {__index = long}) end
local endless = setmetatable({1}, {})
getmetatable(endless).__index = endless
local function items(t)
  local list = {}
  for i, v in ipairs(t) do list[i] = v end
  return table.concat(list, " ")
end
for round = 1, 3 do
  assert(items(object) == "1 2 30 40 50" and items(inner) == "1 2 30 40 50")
  assert(items(by_function) == "1 200 300" and items(setmetatable({1, 2}, {})) == "1 2")
  assert(items(long) == "1000 2000 3000 4000 5000 6000 7000 8000 9000 10000 11000 12000 13000 14000 15000 " ..
                        "16000 17000 18000 19000 20000")
  assert(not pcall(items, endless))
  assert(sum_of(object) == "3:6")
  class.__pairs = function(t) return next, {7, 8}, nil end
  assert(sum_of(object) == "2:15")
  class.__pairs = nil
end
