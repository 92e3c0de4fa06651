-- engines: all
-- kind: application
-- count-size: 59
-- Shortest paths on a weighted grid with a binary heap of entries as a priority queue class.
local size = tonumber((...)) or 280

local floor = math.floor

local Queue = {}
Queue.__index = Queue

function Queue.new() return setmetatable({ items = {}, priorities = {}, count = 0 }, Queue) end

function Queue:push(item, priority)
  local items, priorities = self.items, self.priorities
  local index = self.count + 1
  self.count = index
  while index > 1 do
    local parent = floor(index / 2)
    if priorities[parent] <= priority then break end
    items[index], priorities[index] = items[parent], priorities[parent]
    index = parent
  end
  items[index], priorities[index] = item, priority
end

function Queue:pop()
  local items, priorities, count = self.items, self.priorities, self.count
  if count == 0 then return nil end
  local top_item, top_priority = items[1], priorities[1]
  local item, priority = items[count], priorities[count]
  items[count], priorities[count] = nil, nil
  count = count - 1
  self.count = count
  local index = 1
  while index * 2 <= count do
    local child = index * 2
    if child < count and priorities[child + 1] < priorities[child] then child = child + 1 end
    if priority <= priorities[child] then break end
    items[index], priorities[index] = items[child], priorities[child]
    index = child
  end
  if count > 0 then items[index], priorities[index] = item, priority end
  return top_item, top_priority
end

-- Nodes are records with a list of edges; a cell links to its four neighbours and to one far away.
local function build_graph(width)
  local nodes, seed = {}, 7
  local function random(limit)
    seed = seed * 16807 % 2147483647
    return seed % limit
  end
  for i = 1, width * width do nodes[i] = { index = i, edges = {}, distance = math.huge } end
  local function link(from, to, weight)
    local edges = nodes[from].edges
    edges[#edges + 1] = { target = nodes[to], weight = weight }
  end
  for y = 0, width - 1 do
    for x = 1, width do
      local index = y * width + x
      if x < width then link(index, index + 1, 1 + random(20)) end
      if x > 1 then link(index, index - 1, 1 + random(20)) end
      if y < width - 1 then link(index, index + width, 1 + random(20)) end
      if y > 0 then link(index, index - width, 1 + random(20)) end
      if random(50) == 0 then link(index, 1 + random(width * width), 100 + random(200)) end
    end
  end
  return nodes
end

local function shortest_paths(nodes, start)
  for _, node in ipairs(nodes) do node.distance, node.done = math.huge, false end
  local queue, settled = Queue.new(), 0
  nodes[start].distance = 0
  queue:push(nodes[start], 0)
  while true do
    local node, distance = queue:pop()
    if not node then break end
    if not node.done then
      node.done = true
      settled = settled + 1
      local edges = node.edges
      for i = 1, #edges do
        local edge = edges[i]
        local target, candidate = edge.target, distance + edge.weight
        if candidate < target.distance then
          target.distance = candidate
          queue:push(target, candidate)
        end
      end
    end
  end
  return settled
end

local nodes = build_graph(size)
for round = 1, 6 do
  local settled = shortest_paths(nodes, 1 + (round - 1) * size)
  local sum, farthest = 0, 0
  for _, node in ipairs(nodes) do
    sum = (sum * 31 + node.distance) % 1000000007
    if node.distance > farthest then farthest = node.distance end
  end
  print(settled, farthest, sum)
end
