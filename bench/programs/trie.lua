-- engines: all
-- kind: trees
-- count-size: 4200
-- A prefix tree of generated words, with nodes keyed by letters: insertion, lookup, completion,
-- removal.
local size = tonumber((...)) or 120000

local Trie = {}
Trie.__index = Trie

function Trie.new()
  return setmetatable({ root = { children = {}, count = 0 }, words = 0 }, Trie)
end

function Trie:insert(word)
  local node = self.root
  for i = 1, #word do
    local letter = word:sub(i, i)
    local child = node.children[letter]
    if not child then
      child = { children = {}, count = 0 }
      node.children[letter] = child
    end
    node = child
  end
  if node.count == 0 then self.words = self.words + 1 end
  node.count = node.count + 1
end

function Trie:node_of(prefix)
  local node = self.root
  for letter in prefix:gmatch(".") do
    node = node.children[letter]
    if not node then return nil end
  end
  return node
end

function Trie:count(word)
  local node = self:node_of(word)
  return node and node.count or 0
end

function Trie:complete(prefix, limit)
  local found = {}
  local function walk(node, word)
    if #found == limit then return end
    if node.count > 0 then found[#found + 1] = word end
    local letters = {}
    for letter in pairs(node.children) do letters[#letters + 1] = letter end
    table.sort(letters)
    for _, letter in ipairs(letters) do walk(node.children[letter], word .. letter) end
  end
  local node = self:node_of(prefix)
  if node then walk(node, prefix) end
  return found
end

-- Removes the word and the branches that carry nothing else.
function Trie:remove(word)
  local function prune(node, position)
    if position > #word then
      if node.count > 0 then self.words = self.words - 1 end
      node.count = 0
    else
      local letter = word:sub(position, position)
      local child = node.children[letter]
      if not child then return false end
      if prune(child, position + 1) then node.children[letter] = nil end
    end
    return node.count == 0 and next(node.children) == nil
  end
  prune(self.root, 1)
end

local seed = 19
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local words = {}
for i = 1, size do
  local word = ""
  for _ = 1, 3 + random(6) do word = word .. string.char(97 + random(1 + random(20))) end
  words[i] = word
end

local trie = Trie.new()
for _, word in ipairs(words) do trie:insert(word) end
local total, completions = 0, 0
for i, word in ipairs(words) do
  total = total + trie:count(word)
  if i % 10 == 0 then
    completions = completions + #table.concat(trie:complete(word:sub(1, 2), 5), ",")
  end
end
print(trie.words, total, completions)
for i = 1, size, 2 do trie:remove(words[i]) end
print(trie.words, #table.concat(trie:complete("a", 50)))
