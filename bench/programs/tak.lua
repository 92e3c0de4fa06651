-- engines: all
-- kind: calls
-- count-size: 4
-- Takeuchi's function and Ackermann's: recursion with several arguments and deep stacks.
local size = tonumber((...)) or 180

local function tak(x, y, z)
  if y >= x then return z end
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
end

local function ackermann(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ackermann(m - 1, 1) end
  return ackermann(m - 1, ackermann(m, n - 1))
end

local sum = 0
for i = 1, size do
  sum = sum + tak(18, 12, 6 - i % 2) + ackermann(2, 40 + i) + ackermann(3, 6)
end
print(sum)
