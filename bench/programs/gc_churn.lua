-- engines: all
-- kind: allocation
-- count-size: 5500
-- Short-lived objects beside a large long-lived population that keeps changing: old objects get
-- young ones, weak caches, closures, strings and growing arrays.
local size = tonumber((...)) or 220000

local population = {}
for i = 1, 20000 do population[i] = { id = i, child = false, history = {} } end

local seed = 77
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local weak = setmetatable({}, { __mode = "v" })
local kept, sum = {}, 0
for i = 1, size do
  local owner = population[random(#population) + 1]
  owner.child = { parent = owner, value = i, label = "child" .. i % 1000 }
  owner.history[#owner.history % 8 + 1] = { i, i + 1 }
  weak[i % 5000] = owner.child
  local callback = function(x) return x + owner.id end
  sum = (sum + callback(i)) % 1000000007
  local scratch = {}
  for j = 1, 6 do scratch[j] = { j } end
  sum = sum + #scratch
  if i % 100 == 0 then kept[#kept + 1] = { callback, scratch } end
  if i % 50 == 0 then
    population[random(#population) + 1] = { id = i, child = false, history = {} }
  end
end

local children, labels, entries = 0, 0, 0
for _, owner in ipairs(population) do
  if owner.child then
    children = children + 1
    labels = labels + #owner.child.label
    assert(owner.child.parent == owner)
  end
  entries = entries + #owner.history
end
for _, pair in ipairs(kept) do sum = (sum + pair[1](1) + #pair[2]) % 1000000007 end
print(children, labels, entries, sum, #kept)
