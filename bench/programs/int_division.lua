-- engines: lua54
-- kind: int-loop
-- count-size: 230000
-- Integer division, remainders and bitwise operators on small integers.
local size = tonumber((...)) or 9200000

local function digits_sum(n)
  local sum = 0
  while n > 0 do
    sum = sum + n % 10
    n = n // 10
  end
  return sum
end

local function bits_set(n)
  local count = 0
  while n ~= 0 do
    n = n & (n - 1)
    count = count + 1
  end
  return count
end

local function collatz_length(n)
  local length = 0
  while n ~= 1 do
    if n & 1 == 0 then n = n >> 1 else n = 3 * n + 1 end
    length = length + 1
  end
  return length
end

local sum = 0
for i = 1, size // 4 do sum = sum + digits_sum(i) end
print(sum)

sum = 0
for i = 1, size // 4 do sum = sum + bits_set(i) end
print(sum)

sum = 0
for i = 1, size // 50 do sum = sum + collatz_length(i) end
print(sum)

local word, parity = 0, 0
for i = 1, size do
  word = ((word << 1) ~ (i & 0xff) ~ (word >> 13)) & 0xffffffff
  parity = parity + (word | i) % 3
end
print(word, parity)

local gray, negative = 0, 0
for i = -size // 4, size // 4 do
  gray = gray ~ (i ~ i // 2)
  negative = negative + i // 3 - i % 5 + (~i & 7)
end
print(gray, negative)
