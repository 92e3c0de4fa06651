-- engines: all
-- kind: varargs
-- count-size: 28000
-- Variable arguments: select, packing into tables, forwarding and unpacking.
local size = tonumber((...)) or 1100000

local select = select
local unpack = table.unpack or unpack

local function sum_select(...)
  local sum = 0
  for i = 1, select("#", ...) do sum = sum + (select(i, ...)) end
  return sum
end

local function sum_table(...)
  local sum = 0
  for _, value in ipairs({ ... }) do sum = sum + value end
  return sum
end

local function forward(f, ...) return f(...) end
local function first_two(a, b, ...) return a + b, ... end
local function count(...) return select("#", ...) end
local function bind(f, ...)
  local bound = { ... }
  return function(value) return f(value, unpack(bound)) end
end

local arguments = { 5, 6, 7, 8 }
local bound = bind(sum_select, 10, 20)
local sum = 0
for i = 1, size do
  sum = sum + sum_select(i, 2, 3, 4)
  sum = sum + sum_table(i, i, 1)
  sum = sum + forward(sum_select, 1, 2)
  sum = sum + count(first_two(i, 2, nil, nil))
  sum = sum + sum_select(unpack(arguments))
  sum = (sum + bound(i)) % 1000000007
end
print(sum)
