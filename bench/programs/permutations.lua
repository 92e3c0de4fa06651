-- engines: all
-- kind: coroutines
-- count-size: 7
-- Permutations and queens from recursive generators: coroutines that yield from deep recursion.
local size = tonumber((...)) or 10

local wrap, yield = coroutine.wrap, coroutine.yield

local function permute(list, n)
  if n <= 1 then
    yield(list)
    return
  end
  for i = 1, n do
    list[n], list[i] = list[i], list[n]
    permute(list, n - 1)
    list[n], list[i] = list[i], list[n]
  end
end

local function permutations(n)
  local list = {}
  for i = 1, n do list[i] = i end
  return wrap(function() permute(list, n) end)
end

local count, checksum = 0, 0
for list in permutations(size) do
  count = count + 1
  checksum = (checksum + list[1] * count + list[size]) % 1000003
end
print(count, checksum)

-- Each level of the search is a generator of its own, which resumes the one below.
local function queens(n, row)
  return wrap(function()
    if row == 0 then
      yield({})
      return
    end
    for placed in queens(n, row - 1) do
      for column = 1, n do
        local free = true
        for i = 1, row - 1 do
          local other = placed[i]
          if other == column or other - column == i - row or column - other == i - row then
            free = false
            break
          end
        end
        if free then
          placed[row] = column
          yield(placed)
          placed[row] = nil
        end
      end
    end
  end)
end

local solutions = 0
for placed in queens(size, size) do
  solutions = solutions + 1
  checksum = (checksum * 31 + placed[1] * 10 + placed[size]) % 1000003
end
print(solutions, checksum)

-- A tree walked in order by a generator for each subtree: a value passes through as many as the
-- tree is deep.
local function insert(tree, key)
  if not tree then return { key = key } end
  if key < tree.key then
    tree.left = insert(tree.left, key)
  else
    tree.right = insert(tree.right, key)
  end
  return tree
end

local function walk(tree)
  return wrap(function()
    if not tree then return end
    for key in walk(tree.left) do yield(key) end
    yield(tree.key)
    for key in walk(tree.right) do yield(key) end
  end)
end

local tree
for i = 1, size * 1000 do tree = insert(tree, i * 7919 % 100003) end
local last, ordered = -1, true
for key in walk(tree) do
  ordered = ordered and key >= last
  last = key
end
print(ordered, last)
