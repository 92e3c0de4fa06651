-- engines: all
-- kind: word-count
-- count-size: 28000
-- Counts of all DNA fragments of several lengths in a generated sequence: substrings as table keys.
local size = tonumber((...)) or 1100000

local function generate(length)
  local pieces, seed = {}, 42
  local bases = { { "A", 42408 }, { "C", 70120 }, { "G", 97760 }, { "T", 139968 } }
  for i = 1, length do
    seed = (seed * 3877 + 29573) % 139968
    for j = 1, 4 do
      if seed < bases[j][2] then
        pieces[i] = bases[j][1]
        break
      end
    end
  end
  return table.concat(pieces)
end

local function count_fragments(sequence, length)
  local counts = {}
  for i = 1, #sequence - length + 1 do
    local fragment = sequence:sub(i, i + length - 1)
    counts[fragment] = (counts[fragment] or 0) + 1
  end
  return counts
end

local function print_frequencies(sequence, length)
  local counts = count_fragments(sequence, length)
  local names, total = {}, 0
  for name, count in pairs(counts) do
    names[#names + 1] = name
    total = total + count
  end
  table.sort(names, function(a, b)
    if counts[a] ~= counts[b] then return counts[a] > counts[b] end
    return a < b
  end)
  for _, name in ipairs(names) do
    print(string.format("%s %.3f", name, counts[name] * 100 / total))
  end
end

local sequence = generate(size)
print_frequencies(sequence, 1)
print_frequencies(sequence, 2)
for _, fragment in ipairs { "GGT", "GGTA", "GGTATT", "GGTATTTTAATT", "GGTATTTTAATTTATAGT" } do
  local counts = count_fragments(sequence, #fragment)
  print(fragment, counts[fragment] or 0)
end
