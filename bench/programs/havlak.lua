-- engines: all
-- kind: application
-- count-size: 1
-- Havlak's recognition of nested loops in a control flow graph: union-find, depth-first search,
-- sets.
local size = tonumber((...)) or 22

local function class()
  local new_class = {}
  new_class.__index = new_class
  return new_class
end

-- Control flow graph

local Block = class()

function Block.new(name)
  return setmetatable({ name = name, predecessors = {}, successors = {} }, Block)
end

local Graph = class()

function Graph.new() return setmetatable({ blocks = {}, start = nil }, Graph) end

function Graph:block(name)
  local block = self.blocks[name]
  if not block then
    block = Block.new(name)
    self.blocks[name] = block
    self.start = self.start or block
  end
  return block
end

function Graph:connect(from, to)
  local source, target = self:block(from), self:block(to)
  source.successors[#source.successors + 1] = target
  target.predecessors[#target.predecessors + 1] = source
end

-- Loop structure

local Loop = class()

function Loop.new(header, reducible)
  return setmetatable({ header = header, reducible = reducible, parent = nil, children = {},
    blocks = 0, nesting = 0, depth = 0 }, Loop)
end

function Loop:set_parent(parent)
  self.parent = parent
  parent.children[#parent.children + 1] = self
end

function Loop:measure(depth)
  self.depth = depth
  local nesting = 0
  for _, child in ipairs(self.children) do
    child:measure(depth + 1)
    nesting = math.max(nesting, child.nesting + 1)
  end
  self.nesting = nesting
end

-- Union-find sets of nodes in depth-first order

local Node = class()

function Node.new(block, number)
  local node = setmetatable({ block = block, number = number, parent = nil, loop = nil }, Node)
  node.parent = node
  return node
end

function Node:find()
  local root = self
  local path = {}
  while root ~= root.parent do
    if root.parent ~= root.parent.parent then path[#path + 1] = root end
    root = root.parent
  end
  for _, node in ipairs(path) do node.parent = root end
  return root
end

function Node:union(other) self.parent = other end

-- The finder

local UNVISITED = 0
local NON_HEADER, REDUCIBLE, SELF, IRREDUCIBLE, DEAD = 1, 2, 3, 4, 5
local MAX_NON_BACK = 32 * 1024

local Finder = class()

function Finder.new()
  return setmetatable({ nodes = {}, number = {}, last = {}, header = {}, kind = {}, back = {},
    non_back = {}, loops = {} }, Finder)
end

function Finder:search(block, current)
  self.nodes[current] = Node.new(block, current)
  self.number[block] = current
  local last = current
  for _, target in ipairs(block.successors) do
    if self.number[target] == UNVISITED then last = self:search(target, last + 1) end
  end
  self.last[current] = last
  return last
end

function Finder:is_ancestor(w, v) return w <= v and v <= self.last[w] end

function Finder:classify_edges(count)
  for w = 1, count do
    self.header[w], self.kind[w] = 1, NON_HEADER
    self.back[w], self.non_back[w] = {}, {}
    local node = self.nodes[w]
    if not node then
      self.kind[w] = DEAD
    else
      for _, source in ipairs(node.block.predecessors) do
        local v = self.number[source]
        if v ~= UNVISITED then
          local list = self:is_ancestor(w, v) and self.back[w] or self.non_back[w]
          list[#list + 1] = v
        end
      end
    end
  end
end

-- The bodies of the loop headed by w: what reaches its back edges without passing w. Returns false
-- when the graph is too irregular to go on.
function Finder:collect_body(w, pool, in_pool)
  local worklist = {}
  for i = 1, #pool do worklist[i] = pool[i] end
  while #worklist > 0 do
    local x = table.remove(worklist)
    local incoming = self.non_back[x.number]
    if #incoming > MAX_NON_BACK then return false end
    for i = 1, #incoming do
      local y = self.nodes[incoming[i]]:find()
      if not self:is_ancestor(w, y.number) then
        self.kind[w] = IRREDUCIBLE
        local list = self.non_back[w]
        local known = false
        for j = 1, #list do known = known or list[j] == y.number end
        if not known then list[#list + 1] = y.number end
      elseif y.number ~= w and not in_pool[y] then
        in_pool[y] = true
        pool[#pool + 1] = y
        worklist[#worklist + 1] = y
      end
    end
  end
  return true
end

function Finder:make_loop(w, pool)
  local node = self.nodes[w]
  local loop = Loop.new(node.block, self.kind[w] ~= IRREDUCIBLE)
  node.loop = loop
  for _, member in ipairs(pool) do
    self.header[member.number] = w
    member:union(node)
    if member.loop then
      member.loop:set_parent(loop)
    else
      loop.blocks = loop.blocks + 1
    end
  end
  self.loops[#self.loops + 1] = loop
end

function Finder:run(graph)
  local count = 0
  for _, block in pairs(graph.blocks) do
    count = count + 1
    self.number[block] = UNVISITED
  end
  self:search(graph.start, 1)
  self:classify_edges(count)
  for w = count, 1, -1 do
    if self.nodes[w] then
      local pool, in_pool = {}, {}
      for _, v in ipairs(self.back[w]) do
        if v == w then
          self.kind[w] = SELF
        else
          local node = self.nodes[v]:find()
          if not in_pool[node] then
            in_pool[node] = true
            pool[#pool + 1] = node
          end
        end
      end
      if #pool > 0 then self.kind[w] = REDUCIBLE end
      if not self:collect_body(w, pool, in_pool) then return self.loops end
      if #pool > 0 or self.kind[w] == SELF then self:make_loop(w, pool) end
    end
  end
  return self.loops
end

-- Generated graphs

local function diamond(graph, start)
  graph:connect(start, start + 1)
  graph:connect(start, start + 2)
  graph:connect(start + 1, start + 3)
  graph:connect(start + 2, start + 3)
  return start + 3
end

local function straight(graph, start, length)
  for i = 0, length - 1 do graph:connect(start + i, start + i + 1) end
  return start + length
end

local function base_loop(graph, from)
  local header = straight(graph, from, 1)
  local diamond1 = diamond(graph, header)
  local d11 = straight(graph, diamond1, 1)
  local d12 = diamond(graph, d11)
  local d13 = straight(graph, d12, 1)
  graph:connect(d12, d11)
  graph:connect(d13, header)
  return straight(graph, d13, 1)
end

local function build(parallel)
  local graph = Graph.new()
  graph:block(1)
  base_loop(graph, 1)
  local n = base_loop(graph, 20)
  graph:connect(1, 20)
  graph:connect(20, 3)
  graph:connect(3, n)
  n = n + 1
  for _ = 1, parallel do
    graph:connect(3, n + 1)
    n = n + 1
    for _ = 1, 25 do
      local top = n
      n = straight(graph, n, 1)
      for _ = 1, 20 do n = base_loop(graph, n) end
      local bottom = straight(graph, n, 1)
      graph:connect(n, top)
      n = bottom
    end
    graph:connect(n, 2)
  end
  return graph
end

local graph = build(3)
for round = 1, size do
  local loops = Finder.new():run(graph)
  if round == size then
    local root, irreducible, blocks, nesting = Loop.new(nil, true), 0, 0, 0
    for _, loop in ipairs(loops) do
      if not loop.reducible then irreducible = irreducible + 1 end
      blocks = blocks + loop.blocks
    end
    for _, loop in ipairs(loops) do
      if not loop.parent then loop:set_parent(root) end
    end
    root:measure(0)
    for _, loop in ipairs(loops) do nesting = nesting + loop.nesting + loop.depth end
    print(#loops, irreducible, blocks, nesting, root.nesting)
  end
end
