-- engines: lua54
-- kind: int-loop
-- count-size: 850
-- Numbers of any length in base ten million: factorials, Fibonacci numbers, division, digits of pi.
local size = tonumber((...)) or 5400

local BASE = 10000000

local Big = {}
Big.__index = Big

local function big(n)
  local number = setmetatable({}, Big)
  repeat
    number[#number + 1] = n % BASE
    n = n // BASE
  until n == 0
  return number
end

Big.__add = function(a, b)
  local result, carry = setmetatable({}, Big), 0
  for i = 1, math.max(#a, #b) do
    local sum = (a[i] or 0) + (b[i] or 0) + carry
    if sum >= BASE then
      result[i], carry = sum - BASE, 1
    else
      result[i], carry = sum, 0
    end
  end
  if carry > 0 then result[#result + 1] = carry end
  return result
end

Big.__mul = function(a, b)
  local result = setmetatable({}, Big)
  for i = 1, #a + #b do result[i] = 0 end
  for i = 1, #a do
    local digit, carry = a[i], 0
    for j = 1, #b do
      local value = result[i + j - 1] + digit * b[j] + carry
      result[i + j - 1] = value % BASE
      carry = value // BASE
    end
    result[i + #b] = carry
  end
  while #result > 1 and result[#result] == 0 do result[#result] = nil end
  return result
end

function Big:times_small(factor)
  local result, carry = setmetatable({}, Big), 0
  for i = 1, #self do
    local value = self[i] * factor + carry
    result[i] = value % BASE
    carry = value // BASE
  end
  if carry > 0 then result[#result + 1] = carry end
  return result
end

function Big:remainder(divisor)
  local rest = 0
  for i = #self, 1, -1 do rest = (rest * BASE + self[i]) % divisor end
  return rest
end

Big.__tostring = function(a)
  local pieces = { tostring(a[#a]) }
  for i = #a - 1, 1, -1 do pieces[#pieces + 1] = string.format("%07d", a[i]) end
  return table.concat(pieces)
end

local factorial = big(1)
for i = 2, size do factorial = factorial:times_small(i) end
local text = tostring(factorial)
print(#text, text:sub(1, 20), factorial:remainder(1000000007))

local a, b = big(0), big(1)
for _ = 1, size * 4 do a, b = b, a + b end
text = tostring(a)
print(#text, text:sub(1, 20), a:remainder(1000000007))

local square = a * a
for _ = 1, 3 do square = square * big(1 << 40) end
print(#tostring(square), square:remainder(998244353))

-- Rabinowitz and Wagon's spigot for pi.
local function pi_digits(count)
  local length = count * 10 // 3 + 1
  local state, digits, held, nines = {}, {}, nil, 0
  for i = 1, length do state[i] = 2 end
  for _ = 1, count + 1 do
    local carry = 0
    for i = length, 2, -1 do
      local value = state[i] * 10 + carry * i
      local divisor = 2 * i - 1
      state[i] = value % divisor
      carry = value // divisor
    end
    local value = state[1] * 10 + carry
    state[1] = value % 10
    local digit = value // 10
    if digit == 9 then
      nines = nines + 1
    else
      local overflow = digit == 10 and 1 or 0
      if held then digits[#digits + 1] = held + overflow end
      for _ = 1, nines do digits[#digits + 1] = overflow == 1 and 0 or 9 end
      held, nines = digit % 10, 0
    end
  end
  return table.concat(digits)
end

local pi = pi_digits(size // 2)
print(pi:sub(1, 30), pi:sub(-10))
