-- engines: all
-- kind: coroutines
-- count-size: 62000
-- Producers, filters and consumers as coroutines, and many short-lived coroutines.
local size = tonumber((...)) or 2500000

local wrap, yield, create, resume = coroutine.wrap, coroutine.yield, coroutine.create,
  coroutine.resume

local function numbers(limit)
  return wrap(function()
    for i = 1, limit do yield(i) end
  end)
end

local function filter(predicate, source)
  return wrap(function()
    for value in source do
      if predicate(value) then yield(value) end
    end
  end)
end

local function map(f, source)
  return wrap(function()
    for value in source do yield(f(value)) end
  end)
end

local function pairs_of(source)
  return wrap(function()
    for first in source do
      local second = source()
      if second == nil then return end
      yield(first, second)
    end
  end)
end

local pipeline = pairs_of(map(function(x) return x * 3 % 1009 end,
                              filter(function(x) return x % 3 ~= 0 end, numbers(size))))
local sum = 0
for a, b in pipeline do sum = (sum + a * b) % 1000000007 end
print(sum)

-- Values travel both ways.
local accumulator = create(function(value)
  local total = 0
  while value do
    total = total + value
    value = yield(total)
  end
  return "done"
end)
local last
for i = 1, size do
  local _, total = resume(accumulator, i % 10)
  last = total
end
print(last, resume(accumulator, nil))
print(coroutine.status(accumulator))

-- Short lives: creation and collection count.
local total = 0
for i = 1, size / 5 do
  local generator = wrap(function(a)
    local b = yield(a + 1)
    return b * 2
  end)
  total = total + generator(i) + generator(2)
end
print(total)
