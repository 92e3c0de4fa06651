-- engines: all
-- kind: fields
-- count-size: 12000
-- Singly and doubly linked lists: building, walking, reversing, inserting in order, merging,
-- removing.
local size = tonumber((...)) or 310000

local function build(count)
  local head
  local seed = 3
  for _ = 1, count do
    seed = seed * 16807 % 2147483647
    head = { value = seed % 100000, next = head }
  end
  return head
end

local function reverse(head)
  local result
  while head do
    head.next, result, head = result, head, head.next
  end
  return result
end

local function merge(a, b)
  local anchor = { value = 0 }
  local tail = anchor
  while a and b do
    if a.value <= b.value then
      tail.next, a = a, a.next
    else
      tail.next, b = b, b.next
    end
    tail = tail.next
  end
  tail.next = a or b
  return anchor.next
end

local function sort(head)
  if not head or not head.next then return head end
  local slow, fast = head, head.next
  while fast and fast.next do slow, fast = slow.next, fast.next.next end
  local second = slow.next
  slow.next = nil
  return merge(sort(head), sort(second))
end

local function checksum(head)
  local sum, count = 0, 0
  while head do
    count = count + 1
    sum = (sum * 3 + head.value) % 1000003
    head = head.next
  end
  return sum, count
end

local List = {}
List.__index = List

function List.new()
  local anchor = {}
  anchor.before, anchor.after = anchor, anchor
  return setmetatable({ anchor = anchor, length = 0 }, List)
end

function List:insert_before(node, value)
  local new_node = { value = value, before = node.before, after = node }
  node.before.after = new_node
  node.before = new_node
  self.length = self.length + 1
  return new_node
end

function List:append(value) return self:insert_before(self.anchor, value) end

function List:remove(node)
  node.before.after, node.after.before = node.after, node.before
  self.length = self.length - 1
end

function List:each()
  local anchor = self.anchor
  return function(_, node)
    node = node.after
    if node ~= anchor then return node end
  end, nil, anchor
end

local head = build(size)
print(checksum(head))
for _ = 1, 10 do head = reverse(head) end
head = sort(head)
print(checksum(head))

local list = List.new()
for i = 1, size do list:append(i * 7 % 1000) end
for node in list:each() do
  if node.value % 3 == 0 then
    list:remove(node)
  elseif node.value % 5 == 0 then
    list:insert_before(node, node.value + 1)
  end
end
local sum = 0
for _ = 1, 10 do
  for node in list:each() do sum = (sum + node.value) % 1000003 end
end
print(list.length, sum)
