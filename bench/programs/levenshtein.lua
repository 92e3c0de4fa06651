-- engines: all
-- kind: table-ops
-- count-size: 55
-- Edit distances between generated words: two rolling rows of a dynamic programme over bytes.
local size = tonumber((...)) or 350

local byte, min = string.byte, math.min

local function distance(a, b)
  local columns = #b
  local previous, current = {}, {}
  for j = 0, columns do previous[j] = j end
  for i = 1, #a do
    local c = byte(a, i)
    current[0] = i
    for j = 1, columns do
      local best = previous[j - 1]
      if c ~= byte(b, j) then best = min(best, previous[j], current[j - 1]) + 1 end
      current[j] = best
    end
    previous, current = current, previous
  end
  return previous[columns]
end

local seed = 17
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local words = {}
for i = 1, size do
  local letters = {}
  for j = 1, 5 + random(20) do letters[j] = string.char(97 + random(6)) end
  words[i] = table.concat(letters)
end

local sum, nearest = 0, 0
for i = 1, size do
  local best = 1000
  for j = 1, size do
    if i < j then
      local d = distance(words[i], words[j])
      sum = sum + d
      if d < best then best = d end
    end
  end
  if best < 1000 then nearest = nearest + best end
end
print(sum, nearest, distance("kitten", "sitting"))
