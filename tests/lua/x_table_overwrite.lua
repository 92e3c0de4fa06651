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
