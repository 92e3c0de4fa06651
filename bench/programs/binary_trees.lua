-- engines: all
-- kind: allocation
-- count-size: 11
-- Many short-lived trees beside one long-lived: allocation and collection of small tables.
local size = tonumber((...)) or 16

local function build(depth)
  if depth == 0 then return {} end
  return { build(depth - 1), build(depth - 1) }
end

local function count_nodes(tree)
  local left = tree[1]
  if not left then return 1 end
  return 1 + count_nodes(left) + count_nodes(tree[2])
end

local min_depth = 4
local max_depth = math.max(min_depth + 2, size)
print("stretch", count_nodes(build(max_depth + 1)))

local long_lived = build(max_depth)
for depth = min_depth, max_depth, 4 do
  local iterations = 1
  for _ = 1, max_depth - depth + min_depth do iterations = iterations * 2 end
  local total = 0
  for _ = 1, iterations do total = total + count_nodes(build(depth)) end
  print(iterations, depth, total)
end
print("long lived", count_nodes(long_lived))
