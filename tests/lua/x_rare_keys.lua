-- Keys that handlers of their own serve: wide integers, doubles that stand for integers, booleans. Each loop runs
-- often enough for its instructions to settle, and meets every state a node can be in.
local M <const> = 6364136223846793005

-- A model in strings beside the table: fresh keys, stores over, deletions, keys that come back.
do
  local t, model, x, live = {}, {}, 88172645463325252, 0
  for i = 1, 3000 do
    x = x * M + 1442695040888963407
    local key = x & 0xF00000000000007F
    local name = string.format("%d", key)
    assert(t[key] == model[name])
    if i % 3 == 0 then
      t[key], model[name] = nil, nil
    else
      t[key], model[name] = i, i
    end
    assert(t[key] == model[name])
  end
  for key, value in pairs(t) do
    live = live + 1
    assert(math.type(key) == "integer" and model[tostring(key)] == value)
    t[key] = nil
  end
  for name in pairs(model) do live = live - 1; assert(t[math.tointeger(name)] == nil) end
  print(live, next(t))  --> 0	nil
end

-- A look-up makes no garbage, however often a new key is computed for it.
do
  local t, x, found = {[1 << 60] = 1}, 1, 0
  collectgarbage()
  local before = collectgarbage("count")
  for _ = 1, 200000 do
    x = x * M + 1
    if t[x] then found = found + 1 end
  end
  print(found, collectgarbage("count") - before < 100)  --> 0	true
end

-- Small and wide keys by turns at one place, and the borders between them.
do
  local t = {}
  local function put(k, v) t[k * 1] = v end
  local function get(k) return t[k * 1] end
  local keys = {1, 2, 3, (1 << 47) - 1, 1 << 47, -(1 << 47), -(1 << 47) - 1, math.maxinteger, math.mininteger, 0, -1}
  for round = 1, 3 do
    for i, k in ipairs(keys) do assert(get(k) == (round > 1 and i or nil)); put(k, i) end
  end
  local sum = 0
  for _, k in ipairs(keys) do put(k, nil); sum = sum + (get(k) == nil and 1 or 0) end
  print(sum, next(t))  --> 11	nil
end

-- Metamethods see the key as it was written.
do
  local log = {}
  local t = setmetatable({}, {
    __index = function(_, k) return k end,
    __newindex = function(self, k, v) log[#log + 1] = k; rawset(self, k, v) end,
  })
  local x = 1 << 50
  for i = 1, 4 do
    x = x * 3
    assert(t[x] == x)
    t[x] = i
    t[x] = i + 10
    assert(t[x] == i + 10)
    t[i / 1] = i
    t[i / 1] = -i
    assert(t[i] == -i and t[i / 1] == -i)
    assert(t[false] == (i > 1 and 7))
    t[false] = 7
  end
  print(#log, log[1], log[4])  --> 9	3377699720527872	10133099161583616
  print(math.type(log[2]), log[2])  --> float	1.0
end

-- Doubles: items, appended ones, nodes, beyond all integers.
do
  local t, n = {}, 0
  for i = 2, 80, 2 do t[i / 2] = i end
  for i = 2, 80, 2 do n = n + t[i / 2] end
  print(#t, n, math.type(next(t)))  --> 40	1640	integer
  for i = 2, 80, 2 do t[i / 2] = nil end
  print(#t, next(t))  --> 0	nil
  for i = -20, 20, 2 do t[i * 500.0] = i end
  for i = -20, 20, 2 do assert(t[i * 500] == i and t[i * 500.0] == i and t[i * 500 + 0.5] == nil) end
  for _, k in ipairs {2.0^47, -2.0^47, 2.0^62, -2.0^63, 2.0^63, 2.0^80, 1/0, -0.0} do
    for i = 1, 3 do t[k] = i; assert(t[k] == i) end
    assert(k >= 2.0^63 or t[math.tointeger(k)] == 3)
    t[k] = nil
    assert(t[k] == nil)
  end
  local function set(k) t[k] = 1 end
  for i = 1, 3 do set(i / 1); set(i < 2) end
  print(pcall(set, 0/0))  --> false	x_rare_keys.lua:95: table index is NaN
  print(pcall(set, nil))  --> false	x_rare_keys.lua:95: table index is nil
  print(t[0/0], t[nil])  --> nil	nil
end

-- Every kind of key at one place.
do
  local keys = {1, "a", true, false, 2.0, 2.5, 1 << 60, print, {}, ("x"):rep(50), -1, 1e300, coroutine.create(print)}
  local t, count = {}, 0
  for round = 1, 4 do
    for i, k in ipairs(keys) do
      assert(t[k] == (round % 2 == 0 and i or nil))
      if round % 2 == 1 then t[k] = i else t[k] = nil end
    end
  end
  assert(next(t) == nil)
  for i, k in ipairs(keys) do t[k] = i end
  for _ in pairs(t) do count = count + 1 end
  print(count)  --> 13
end

-- A weak table drops wide keys with their values, and the collector sees stores of both.
do
  local t, x = setmetatable({}, {__mode = "v"}), 1 << 60
  for i = 1, 200 do x = x + 12345; t[x] = {i} end
  collectgarbage()
  print(next(t))  --> nil
  local kept = {}
  for i = 1, 2000 do x = x + 12345; kept[x] = {i}; if i % 100 == 0 then collectgarbage("step") end end
  local sum = 0
  for k, v in pairs(kept) do sum = sum + v[1]; assert(kept[k] == v) end
  print(sum)  --> 2001000
end
