-- engines: all
-- kind: strings
-- count-size: 6600
-- Tables keyed by computed strings: insertion, lookup, update, removal, growth, and a
-- least-recently-used cache.
local size = tonumber((...)) or 170000

local function fill(count)
  local map = {}
  for i = 1, count do map["key" .. i] = i end
  return map
end

local function look_up(map, count)
  local sum = 0
  for i = 1, count * 2, 3 do sum = sum + (map["key" .. i] or -1) end
  return sum
end

local function update(map, keys)
  for round = 1, 5 do
    for i = 1, #keys do
      local key = keys[i]
      map[key] = map[key] + round
    end
  end
end

local function remove_half(map, keys)
  for i = 1, #keys, 2 do map[keys[i]] = nil end
  local left, sum = 0, 0
  for key, value in pairs(map) do
    left = left + 1
    sum = sum + value + #key
  end
  return left, sum
end

-- A bounded cache: a table from keys to entries, and a doubly linked ring in order of use.
local Cache = {}
Cache.__index = Cache

function Cache.new(limit)
  local ring = {}
  ring.before, ring.after = ring, ring
  return setmetatable({ limit = limit, count = 0, entries = {}, ring = ring, hits = 0 }, Cache)
end

function Cache:unlink(entry) entry.before.after, entry.after.before = entry.after, entry.before end

function Cache:put_first(entry)
  local ring = self.ring
  entry.before, entry.after = ring, ring.after
  ring.after.before = entry
  ring.after = entry
end

function Cache:get(key, compute)
  local entry = self.entries[key]
  if entry then
    self.hits = self.hits + 1
    self:unlink(entry)
  else
    if self.count == self.limit then
      local oldest = self.ring.before
      self:unlink(oldest)
      self.entries[oldest.key] = nil
      self.count = self.count - 1
    end
    entry = { key = key, value = compute(key) }
    self.entries[key] = entry
    self.count = self.count + 1
  end
  self:put_first(entry)
  return entry.value
end

for _ = 1, 2 do
  local map = fill(size)
  print(look_up(map, size))
  local keys = {}
  for i = 1, size do keys[i] = "key" .. i end
  update(map, keys)
  print(remove_half(map, keys))
end

local cache, seed, sum = Cache.new(1000), 1, 0
for _ = 1, size * 2 do
  seed = seed * 16807 % 2147483647
  local key = "page" .. seed % (1 + seed % 5000)
  sum = sum + cache:get(key, string.len)
end
print(sum, cache.hits, cache.count)
