-- engines: all
-- kind: sieve
-- count-size: 22000
-- The sieve of Eratosthenes over booleans, some rounds over the same table and over fresh ones.
local size = tonumber((...)) or 890000

local function sieve(flags, limit)
  for i = 2, limit do flags[i] = true end
  for i = 2, math.floor(math.sqrt(limit)) do
    if flags[i] then
      for j = i * i, limit, i do flags[j] = false end
    end
  end
  local count, sum = 0, 0
  for i = 2, limit do
    if flags[i] then
      count = count + 1
      sum = (sum + i) % 1000003
    end
  end
  return count, sum
end

local shared = { false }
for _ = 1, 22 do print(sieve(shared, size)) end
for _ = 1, 18 do print(sieve({ false }, size)) end
for _ = 1, 200 do sieve({ false }, size / 100) end
