-- engines: all
-- kind: application
-- count-size: 6800
-- Huffman coding of generated text: frequencies, a heap of trees, codes as strings, packed bytes,
-- decoding.
local size = tonumber((...)) or 270000

local byte, char, floor = string.byte, string.char, math.floor

local function lighter(a, b)
  if a.weight ~= b.weight then return a.weight < b.weight end
  return a.order < b.order
end

local function heap_push(heap, node)
  local index = #heap + 1
  heap[index] = node
  while index > 1 do
    local parent = floor(index / 2)
    if not lighter(heap[index], heap[parent]) then break end
    heap[index], heap[parent] = heap[parent], heap[index]
    index = parent
  end
end

local function heap_pop(heap)
  local result, count = heap[1], #heap
  heap[1] = heap[count]
  heap[count] = nil
  count = count - 1
  local index = 1
  while true do
    local child = index * 2
    if child > count then break end
    if child < count and lighter(heap[child + 1], heap[child]) then child = child + 1 end
    if not lighter(heap[child], heap[index]) then break end
    heap[index], heap[child] = heap[child], heap[index]
    index = child
  end
  return result
end

local function build_tree(text)
  local weights = {}
  for i = 1, #text do
    local symbol = byte(text, i)
    weights[symbol] = (weights[symbol] or 0) + 1
  end
  local heap, order = {}, 0
  for symbol = 0, 255 do
    if weights[symbol] then
      order = order + 1
      heap_push(heap, { weight = weights[symbol], order = order, symbol = symbol })
    end
  end
  while #heap > 1 do
    local left, right = heap_pop(heap), heap_pop(heap)
    order = order + 1
    heap_push(heap, { weight = left.weight + right.weight, order = order, left = left,
      right = right })
  end
  return heap[1]
end

local function assign_codes(node, prefix, codes)
  if node.symbol then
    codes[node.symbol] = prefix
  else
    assign_codes(node.left, prefix .. "0", codes)
    assign_codes(node.right, prefix .. "1", codes)
  end
  return codes
end

local function encode(text, codes)
  local bytes, count, buffer, filled = {}, 0, 0, 0
  for i = 1, #text do
    local code = codes[byte(text, i)]
    for j = 1, #code do
      buffer = buffer * 2 + byte(code, j) - 48
      filled = filled + 1
      if filled == 8 then
        count = count + 1
        bytes[count] = char(buffer)
        buffer, filled = 0, 0
      end
    end
  end
  if filled > 0 then
    for _ = filled + 1, 8 do buffer = buffer * 2 end
    bytes[count + 1] = char(buffer)
  end
  return table.concat(bytes)
end

local function decode(packed, tree, length)
  local symbols, count, node = {}, 0, tree
  for i = 1, #packed do
    local value = byte(packed, i)
    local bit = 128
    while bit >= 1 do
      if value >= bit then
        value = value - bit
        node = node.right
      else
        node = node.left
      end
      if node.symbol then
        count = count + 1
        symbols[count] = char(node.symbol)
        if count == length then return table.concat(symbols) end
        node = tree
      end
      bit = bit / 2
    end
  end
  error("packed text too short")
end

local seed = 11
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

-- Letters near the start of the alphabet are likelier.
local letters = {}
for i = 1, size do letters[i] = char(97 + random(1 + random(26))) end
local text = table.concat(letters)

local tree, codes, packed
for _ = 1, 7 do
  tree = build_tree(text)
  codes = assign_codes(tree, "", {})
  packed = encode(text, codes)
  assert(decode(packed, tree, #text) == text, "round trip failed")
end
local sum = 0
for i = 1, #packed do sum = (sum * 31 + byte(packed, i)) % 1000000007 end
print(#text, #packed, sum, codes[97], #codes[122])
