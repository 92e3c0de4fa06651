-- engines: all
-- kind: trees
-- count-size: 4200
-- A red-black tree: insert, look up, remove half, check what is left, validate; 100 keys many
-- times, then a large set. A second argument "stages" (or BENCH_STAGES in the environment) prints
-- each stage's seconds to stderr.
local size = tonumber((...)) or 100000
local show_stages = select(2, ...) == "stages" or os.getenv("BENCH_STAGES") ~= nil

local Tree = {}
Tree.__index = Tree

-- The sentinel stands for every missing child; it is black, and its parent is scratch space of
-- removal.
function Tree.new()
  local leaf = { red = false }
  leaf.left, leaf.right, leaf.parent = leaf, leaf, leaf
  return setmetatable({ leaf = leaf, root = leaf, count = 0 }, Tree)
end

function Tree:rotate_left(node)
  local pivot, leaf = node.right, self.leaf
  node.right = pivot.left
  if pivot.left ~= leaf then pivot.left.parent = node end
  self:replace_child(node, pivot)
  pivot.left = node
  node.parent = pivot
end

function Tree:rotate_right(node)
  local pivot, leaf = node.left, self.leaf
  node.left = pivot.right
  if pivot.right ~= leaf then pivot.right.parent = node end
  self:replace_child(node, pivot)
  pivot.right = node
  node.parent = pivot
end

-- Puts the replacement where the node hangs in the tree.
function Tree:replace_child(node, replacement)
  local parent = node.parent
  replacement.parent = parent
  if parent == self.leaf then
    self.root = replacement
  elseif parent.left == node then
    parent.left = replacement
  else
    parent.right = replacement
  end
end

function Tree:find_node(key)
  local node, leaf = self.root, self.leaf
  while node ~= leaf do
    local node_key = node.key
    if key == node_key then return node end
    node = key < node_key and node.left or node.right
  end
  return nil
end

function Tree:get(key)
  local node = self:find_node(key)
  return node and node.value
end

function Tree:set(key, value)
  local leaf = self.leaf
  local parent, node = leaf, self.root
  while node ~= leaf do
    parent = node
    if key == node.key then
      node.value = value
      return
    end
    node = key < node.key and node.left or node.right
  end
  node = { key = key, value = value, left = leaf, right = leaf, parent = parent, red = true }
  if parent == leaf then
    self.root = node
  elseif key < parent.key then
    parent.left = node
  else
    parent.right = node
  end
  self.count = self.count + 1
  self:repair_insertion(node)
end

function Tree:repair_insertion(node)
  while node.parent.red do
    local parent = node.parent
    local grandparent = parent.parent
    local parent_is_left = parent == grandparent.left
    local uncle = parent_is_left and grandparent.right or grandparent.left
    if uncle.red then
      parent.red, uncle.red, grandparent.red = false, false, true
      node = grandparent
    elseif parent_is_left then
      if node == parent.right then
        self:rotate_left(parent)
        parent = node
      end
      parent.red, grandparent.red = false, true
      self:rotate_right(grandparent)
      break
    else
      if node == parent.left then
        self:rotate_right(parent)
        parent = node
      end
      parent.red, grandparent.red = false, true
      self:rotate_left(grandparent)
      break
    end
  end
  self.root.red = false
end

function Tree:remove(key)
  local leaf, node = self.leaf, self:find_node(key)
  if not node then return false end
  if node.left ~= leaf and node.right ~= leaf then
    local successor = node.right
    while successor.left ~= leaf do successor = successor.left end
    node.key, node.value = successor.key, successor.value
    node = successor
  end
  local child = node.left ~= leaf and node.left or node.right
  self:replace_child(node, child)
  if not node.red then self:repair_removal(child) end
  self.count = self.count - 1
  return true
end

-- The node's paths lack one black: recolours and rotates until they do not.
function Tree:repair_removal(node)
  while node ~= self.root and not node.red do
    local parent = node.parent
    if node == parent.left then
      local sibling = parent.right
      if sibling.red then
        sibling.red, parent.red = false, true
        self:rotate_left(parent)
        sibling = parent.right
      end
      if not sibling.left.red and not sibling.right.red then
        sibling.red = true
        node = parent
      else
        if not sibling.right.red then
          sibling.left.red, sibling.red = false, true
          self:rotate_right(sibling)
          sibling = parent.right
        end
        sibling.red, parent.red, sibling.right.red = parent.red, false, false
        self:rotate_left(parent)
        node = self.root
      end
    else
      local sibling = parent.left
      if sibling.red then
        sibling.red, parent.red = false, true
        self:rotate_right(parent)
        sibling = parent.left
      end
      if not sibling.left.red and not sibling.right.red then
        sibling.red = true
        node = parent
      else
        if not sibling.left.red then
          sibling.right.red, sibling.red = false, true
          self:rotate_left(sibling)
          sibling = parent.left
        end
        sibling.red, parent.red, sibling.left.red = parent.red, false, false
        self:rotate_right(parent)
        node = self.root
      end
    end
  end
  node.red = false
end

-- Checks order and colours; returns the black height and the number of nodes.
function Tree:validate(node, low, high)
  node = node or self.root
  if node == self.leaf then return 1, 0 end
  assert((not low or low < node.key) and (not high or node.key < high), "keys out of order")
  assert(not node.red or not node.left.red and not node.right.red, "two red nodes in a row")
  local left_height, left_count = self:validate(node.left, low, node.key)
  local right_height, right_count = self:validate(node.right, node.key, high)
  assert(left_height == right_height, "black heights differ")
  return left_height + (node.red and 0 or 1), left_count + right_count + 1
end

local stage_seconds = {}
local STAGES = { "insert", "look up", "remove", "check", "validate" }

local function timed(stage, f)
  if not show_stages then return f() end
  local start = os.clock()
  f()
  stage_seconds[stage] = (stage_seconds[stage] or 0) + os.clock() - start
end

-- The keys are a permutation of 1..count for any multiplier without a common factor.
local function exercise(count)
  local tree, sum, left, found = Tree.new(), 0, 0, 0
  local height, nodes
  timed("insert", function()
    for i = 1, count do tree:set(i * 7919 % count, i) end
  end)
  timed("look up", function()
    for i = 1, count do sum = sum + tree:get(i * 104729 % count) end
  end)
  timed("remove", function()
    for i = 0, count - 1, 2 do
      if tree:remove(i) then left = left + 1 end
    end
  end)
  timed("check", function()
    for i = 0, count - 1 do
      if tree:get(i) then found = found + 1 end
    end
  end)
  timed("validate", function() height, nodes = tree:validate() end)
  assert(tree.root.red == false and nodes == tree.count and found == tree.count)
  return sum, left, found, height
end

local function report(title)
  if not show_stages then return end
  for _, stage in ipairs(STAGES) do
    io.stderr:write(string.format("%-12s %-9s %.4f s\n", title, stage, stage_seconds[stage]))
  end
  stage_seconds = {}
end

local sum = 0
for _ = 1, size / 25 do sum = sum + exercise(100) end
print(sum)
report("100 keys")
print(exercise(size))
report(size .. " keys")
