-- The item right behind a full array part may live in the hash part: storing over it replaces it, and clearing it
-- leaves nothing behind.
local seed = 1
local function random(n)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed // 65536 % n + 1
end
local stress = os.getenv("FERROUS_GC_STRESS")
for round = 1, stress and 3 or 60 do
  local limit, t, model, count = 8 + random(60), {}, {}, 0
  for i = 1, stress and 200 or 1500 do
    local key = random(limit)
    local value = random(3) > 1 and i or nil
    t[key] = value
    model["k" .. key] = value
    assert(t[key] == value)
  end
  for key, value in next, t do
    count = count + 1
    assert(model["k" .. key] == value)
  end
  for _ in next, model do count = count - 1 end
  assert(count == 0)
  for key = 1, limit do t[key] = nil end
  assert(next(t) == nil)
end
local t = { [1] = "a", [3] = "c", "b", nil, "d" }
print(t[1], t[2], t[3])   --> b	nil	d

-- A sparse array part that is full, and 17 already in the hash part.
for _, last in ipairs { 16, 32, 64 } do
  local u = {}
  for i = 1, last do u[i] = i end
  for i = last, last - 5, -1 do u[i] = nil end
  for i = 1, last - 7 do u[i] = nil end
  u[last + 1] = "old"
  u[last] = "last"
  u[last + 1] = "new"
  assert(u[last + 1] == "new")
  u[last + 1] = nil
  assert(u[last + 1] == nil)
  local count = 0
  for key in next, u do count = count + 1 assert(key == last or key == last - 6) end
  assert(count == 2)
end
print("once")     --> once

-- Items that become nil: the last one, one in the middle, all behind a hole at once, one that is nil already.
do
  local t = {}
  local function drop(i) t[i] = nil end
  for round = 1, 3 do
    for i = 1, 40 do t[i] = i end
    for i = 40, 31, -1 do t[#t] = nil end
    assert(#t == 30)
    for i = 11, 29 do drop(i) end
    assert(t[30] == 30 and t[12] == nil)
    drop(30)
    assert(#t == 10)
    drop(10); drop(10); drop(25); drop(-1); drop(0); drop(1 << 40)
    t[10] = "again"
    assert(#t == 10 and t[10] == "again")
    for i = 1, 10 do drop(i) end
    assert(#t == 0 and next(t) == nil)
  end
end

-- With a metatable: a store over an item asks for nothing, one over nil does.
do
  local log = {}
  local t = setmetatable({1, 2, 3}, {__newindex = function(_, k, v) log[#log + 1] = tostring(k) .. tostring(v) end})
  for i = 3, 1, -1 do t[i] = nil end
  for i = 1, 2 do t[i] = nil end
  print(table.concat(log, " "), next(t))  --> 1nil 2nil	nil
end

-- A table that look-ups are cached through.
do
  local class = {10, 20, 30}
  local object = setmetatable({}, {__index = class})
  local sum = 0
  for i = 1, 6 do
    sum = sum + (object[3] or 0) + (object[2] or 100)
    if i == 3 then class[3] = nil end
    if i == 4 then class[2] = nil end
  end
  print(sum, #class)  --> 370	1
end
