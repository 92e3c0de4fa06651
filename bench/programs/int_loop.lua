-- engines: all
-- kind: int-loop
-- count-size: 750000
-- Integer arithmetic in loops: sums, remainders, greatest common divisors, Collatz steps, digits.
local size = tonumber((...)) or 30000000

local sum = 0
for i = 1, size do sum = sum + i % 7 * 3 - 1 end
print(sum)

local steps = 0
for i = size, 1, -3 do
  if i % 2 == 0 then steps = steps + 2 elseif i % 3 == 0 then steps = steps - 1 end
end
print(steps)

local function gcd(a, b)
  while b ~= 0 do a, b = b, a % b end
  return a
end
local divisors = 0
for i = 1, size / 20 do divisors = divisors + gcd(i, 360360) end
print(divisors)

local longest, start = 0, 0
for i = 1, size / 400 do
  local n, length = i, 0
  while n ~= 1 do
    if n % 2 == 0 then n = n * 0.5 else n = 3 * n + 1 end
    length = length + 1
  end
  if length > longest then longest, start = length, i end
end
print(longest, start)

local seed, hits = 1, 0
for _ = 1, size / 2 do
  seed = (seed * 3877 + 29573) % 139968
  if seed < 1000 then hits = hits + 1 end
end
print(hits, seed)
