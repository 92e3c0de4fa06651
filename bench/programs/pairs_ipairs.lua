-- engines: all
-- kind: iteration
-- count-size: 30
-- Traversal of arrays, records and hash tables with pairs, ipairs, next and numeric loops.
local size = tonumber((...)) or 1200

local list, record, map = {}, {}, {}
for i = 1, 5000 do
  list[i] = i * 7 % 1009
  map["key" .. i] = i % 13
end
for i = 1, 26 do record[string.char(96 + i)] = i end

local function stateless(limit, current)
  if current < limit then return current + 1 end
end

local sum = 0
for round = 1, size do
  for i, value in ipairs(list) do sum = sum + i % 3 + value end
  for _, value in pairs(list) do sum = sum + value end
  for _, value in pairs(map) do sum = sum + value end
  for _ = 1, 100 do
    for _, value in pairs(record) do sum = sum + value end
  end
  local key, value = next(map)
  while key do
    sum = sum + value
    key, value = next(map, key)
  end
  for i in stateless, 5000, 0 do sum = sum + i % 2 end
  for i = 1, #list do sum = sum + list[i] end
  sum = (sum + round) % 1000000007
end
print(sum)
