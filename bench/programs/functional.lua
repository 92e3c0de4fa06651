-- engines: all
-- kind: closures
-- count-size: 14
-- Higher-order functions over lists: map, filter, fold, zip, chained lazily by iterators and by a
-- fluent class.
local size = tonumber((...)) or 570

local function map(list, f)
  local result = {}
  for i = 1, #list do result[i] = f(list[i], i) end
  return result
end

local function filter(list, keep)
  local result = {}
  for i = 1, #list do
    local value = list[i]
    if keep(value) then result[#result + 1] = value end
  end
  return result
end

local function fold(list, initial, f)
  local result = initial
  for _, value in ipairs(list) do result = f(result, value) end
  return result
end

local function zip(a, b, f)
  local result = {}
  for i = 1, math.min(#a, #b) do result[i] = f(a[i], b[i]) end
  return result
end

local function group_by(list, key_of)
  local groups = {}
  for _, value in ipairs(list) do
    local key = key_of(value)
    local group = groups[key]
    if not group then
      group = {}
      groups[key] = group
    end
    group[#group + 1] = value
  end
  return groups
end

-- Lazy streams: each stage is a closure that pulls from the one before.
local Stream = {}
Stream.__index = Stream

local function stream(pull) return setmetatable({ pull = pull }, Stream) end

function Stream.range(first, last)
  local current = first - 1
  return stream(function()
    if current < last then
      current = current + 1
      return current
    end
  end)
end

function Stream:map(f)
  local pull = self.pull
  return stream(function()
    local value = pull()
    if value ~= nil then return f(value) end
  end)
end

function Stream:filter(keep)
  local pull = self.pull
  return stream(function()
    local value = pull()
    while value ~= nil and not keep(value) do value = pull() end
    return value
  end)
end

function Stream:take(count)
  local pull = self.pull
  return stream(function()
    if count > 0 then
      count = count - 1
      return pull()
    end
  end)
end

function Stream:fold(initial, f)
  local result, value = initial, self.pull()
  while value ~= nil do
    result = f(result, value)
    value = self.pull()
  end
  return result
end

local function add(a, b) return a + b end
local function is_odd(x) return x % 2 == 1 end

local numbers = {}
for i = 1, 5000 do numbers[i] = i * 7919 % 10007 end

local total = 0
for round = 1, size do
  local squares = map(numbers, function(x) return x * x % 1009 + round end)
  local odd = filter(squares, is_odd)
  total = total + fold(odd, 0, add)
  total = total + fold(zip(squares, numbers, function(a, b) return a < b and a or b end), 0, add)
  local groups = group_by(numbers, function(x) return x % 10 end)
  for digit = 0, 9 do total = total + #groups[digit] * digit end
  total = total + Stream.range(1, 5000)
    :map(function(x) return x * round % 101 end)
    :filter(is_odd)
    :map(function(x) return x + 1 end)
    :take(2000)
    :fold(0, add)
  total = total % 1000000007
end
print(total)
