-- engines: all
-- kind: table-ops
-- count-size: 13000
-- Stacks, queues and insertions in the middle with table.insert, table.remove and the length
-- operator.
local size = tonumber((...)) or 530000

local insert, remove = table.insert, table.remove

local function stack(count)
  local items, sum = {}, 0
  for i = 1, count do
    insert(items, i)
    if i % 3 == 0 then sum = sum + remove(items) end
  end
  while #items > 0 do sum = (sum * 3 + remove(items)) % 1000003 end
  return sum
end

local function by_length(count)
  local items = {}
  for i = 1, count do items[#items + 1] = i end
  local sum = 0
  for i = #items, 1, -1 do
    sum = (sum * 5 + items[#items]) % 1000003
    items[i] = nil
  end
  return sum
end

local function middle(count)
  local items, sum = {}, 0
  for i = 1, count do
    insert(items, 1 + i % (#items + 1), i)
    if #items > 40 then sum = (sum * 7 + remove(items, 1 + i % 40)) % 1000003 end
  end
  return sum
end

local function queue(count)
  local items, head, tail, sum = {}, 1, 0, 0
  for i = 1, count do
    tail = tail + 1
    items[tail] = i
    if i % 2 == 0 then
      sum = (sum * 11 + items[head]) % 1000003
      items[head] = nil
      head = head + 1
    end
  end
  return sum
end

print(stack(size), by_length(size), middle(size), queue(size))
print(stack(size), by_length(size), middle(size), queue(size))
print(stack(size), by_length(size), middle(size), queue(size))
