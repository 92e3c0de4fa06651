-- engines: all
-- kind: sparse
-- count-size: 14000
-- Tables with sparse integer, float, negative and object keys: insertion, lookup, removal, reuse.
local size = tonumber((...)) or 550000

local function sparse_integers(count)
  local map, key, sum = {}, 1, 0
  for i = 1, count do
    key = key * 16807 % 2147483647
    map[key] = i
  end
  key = 1
  for _ = 1, count do
    key = key * 16807 % 2147483647
    sum = sum + map[key]
    if sum % 3 == 0 then map[key] = nil end
  end
  local left = 0
  for _ in pairs(map) do left = left + 1 end
  return sum, left
end

local function negative_and_float(count)
  local map, sum = {}, 0
  for i = 1, count do
    map[-i] = i
    map[i + 0.5] = i
  end
  for i = 1, count do sum = sum + map[-i] + map[i + 0.5] + (map[i] or 1) end
  return sum
end

local function object_keys(count)
  local objects, marks, sum = {}, {}, 0
  for i = 1, count do
    objects[i] = {}
    marks[objects[i]] = i
  end
  for i = count, 1, -1 do
    sum = sum + marks[objects[i]] % 5
    marks[objects[i]] = nil
  end
  return sum, next(marks) == nil
end

local function grid(width)
  local cells, sum = {}, 0
  for i = 1, width * 4 do cells[(i * 7919 % width) * 100000 + i * 104729 % width] = i end
  for x = 0, width - 1, 3 do
    for y = 0, 99 do
      sum = sum + (cells[x * 100000 + y] or 0)
    end
  end
  return sum
end

-- A window of keys that moves: every insertion comes with a removal.
local function window(count)
  local map, sum = {}, 0
  for i = 1, count do
    map[i * 64] = i
    map[(i - 500) * 64] = nil
    sum = sum + (map[(i - 250) * 64] or 0)
  end
  return sum
end

for _ = 1, 3 do
  print(sparse_integers(size))
  print(negative_and_float(size))
  print(object_keys(size))
  print(grid(math.floor(size / 100)))
  print(window(size))
end
