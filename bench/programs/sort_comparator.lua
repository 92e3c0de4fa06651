-- engines: all
-- kind: sort
-- count-size: 5600
-- table.sort of records by comparators, of plain numbers, and of strings.
local size = tonumber((...)) or 120000

local seed = 12345
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local function make_records(count)
  local records = {}
  for i = 1, count do
    records[i] = { id = i, group = random(100), weight = random(1000000),
      name = "n" .. random(count) }
  end
  return records
end

local function fingerprint(records)
  local sum = 0
  for i, record in ipairs(records) do sum = (sum * 31 + record.id * (i % 97)) % 1000000007 end
  return sum
end

local records = make_records(size)
table.sort(records, function(a, b)
  if a.weight ~= b.weight then return a.weight < b.weight end
  return a.id < b.id
end)
print(fingerprint(records))
table.sort(records, function(a, b)
  if a.group ~= b.group then return a.group > b.group end
  return a.id < b.id
end)
print(fingerprint(records))
table.sort(records, function(a, b)
  if a.name ~= b.name then return a.name < b.name end
  return a.id < b.id
end)
print(fingerprint(records))

local numbers, names = {}, {}
for i = 1, size do
  numbers[i] = random(1000000)
  names[i] = records[i].name
end
table.sort(numbers)
table.sort(names)
table.sort(numbers, function(a, b) return a > b end)
local sum = 0
for i = 1, size do sum = (sum * 31 + numbers[i] + #names[i]) % 1000000007 end
print(sum, names[1], names[size])
