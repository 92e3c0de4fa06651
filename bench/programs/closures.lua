-- engines: all
-- kind: closures
-- count-size: 22000
-- Creation and calling of closures: counters, composition, currying and shared upvalues.
local size = tonumber((...)) or 900000

local function counter(start, step)
  local value = start
  return function()
    value = value + step
    return value
  end
end

local function compose(f, g)
  return function(x) return f(g(x)) end
end

local function curry(f)
  return function(a)
    return function(b)
      return function(c) return f(a, b, c) end
    end
  end
end

local function account(balance)
  local function deposit(amount) balance = balance + amount end
  local function withdraw(amount) balance = balance - amount end
  local function read() return balance end
  return deposit, withdraw, read
end

local function map(list, f)
  local result = {}
  for i = 1, #list do result[i] = f(list[i]) end
  return result
end

local function fold(list, initial, f)
  for i = 1, #list do initial = f(initial, list[i]) end
  return initial
end

local sum = 0
local clamp = curry(function(a, b, c) return a < b and b or (a > c and c or a) end)
local list = {}
for i = 1, 10 do list[i] = i end

for i = 1, size do
  local count = counter(i, 3)
  count()
  sum = sum + count()
  local f = compose(function(x) return x + i end, function(x) return x * 2 end)
  sum = sum + f(i)
  sum = sum + clamp(i)(10)(1000)
  local deposit, withdraw, read = account(i)
  deposit(10)
  withdraw(3)
  sum = (sum + read()) % 1000000007
  if i % 4 == 0 then
    sum = sum + fold(map(list, function(x) return x * i end), 0, function(a, b) return a + b end)
  end
end
print(sum)

-- Loop variables are fresh for each iteration.
local functions = {}
for i = 1, 100 do functions[i] = function() i = i + 1 return i end end
local total = 0
for _ = 1, size / 25 do
  for i = 1, 100 do total = total + functions[i]() end
end
print(total)
