-- engines: all
-- kind: table-ops
-- count-size: 3000
-- Dynamic programming over arrays: knapsack, coin change, longest common subsequence, matrix chain
-- order.
local size = tonumber((...)) or 26000

local seed = 31
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local function knapsack(item_count, capacity)
  local best = {}
  for i = 0, capacity do best[i] = 0 end
  for _ = 1, item_count do
    local weight, value = 1 + random(200), 1 + random(1000)
    for room = capacity, weight, -1 do
      local candidate = best[room - weight] + value
      if candidate > best[room] then best[room] = candidate end
    end
  end
  return best[capacity]
end

local function coin_ways(amount)
  local ways = { [0] = 1 }
  for i = 1, amount do ways[i] = 0 end
  for _, coin in ipairs { 1, 2, 5, 10, 20, 50, 100, 200 } do
    for i = coin, amount do ways[i] = (ways[i] + ways[i - coin]) % 1000000007 end
  end
  return ways[amount]
end

local function common_subsequence(length)
  local a, b = {}, {}
  for i = 1, length do a[i], b[i] = random(8), random(8) end
  local table_rows = { [0] = {} }
  for j = 0, length do table_rows[0][j] = 0 end
  for i = 1, length do
    local row, above = { [0] = 0 }, table_rows[i - 1]
    for j = 1, length do
      if a[i] == b[j] then
        row[j] = above[j - 1] + 1
      elseif above[j] >= row[j - 1] then
        row[j] = above[j]
      else
        row[j] = row[j - 1]
      end
    end
    table_rows[i] = row
  end
  return table_rows[length][length]
end

local function chain_order(count)
  local dimensions, cost = {}, {}
  for i = 0, count do dimensions[i] = 5 + random(50) end
  for i = 1, count do
    cost[i] = {}
    for j = 1, count do cost[i][j] = 0 end
  end
  for length = 2, count do
    for i = 1, count - length + 1 do
      local j, best = i + length - 1, math.huge
      for k = i, j - 1 do
        local total = cost[i][k] + cost[k + 1][j] + dimensions[i - 1] * dimensions[k]
          * dimensions[j]
        if total < best then best = total end
      end
      cost[i][j] = best
    end
  end
  return cost[1][count]
end

print(knapsack(300, size))
print(coin_ways(size * 30))
for _ = 1, 9 do print(common_subsequence(math.floor(size / 30))) end
print(chain_order(math.floor(size / 60)))
