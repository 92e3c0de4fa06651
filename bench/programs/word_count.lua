-- engines: all
-- kind: word-count
-- count-size: 7000
-- Word frequencies of generated text: gmatch, lower, string keys, sorting of the result.
local size = tonumber((...)) or 280000

local seed = 7
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local syllables = { "ka", "Lo", "mi", "ne", "Ru", "sa", "ti", "vo", "ze", "pa" }
local function make_word()
  local word = ""
  for _ = 0, random(4) do word = word .. syllables[random(1 + random(#syllables)) + 1] end
  return word
end

local vocabulary = {}
for i = 1, 5000 do vocabulary[i] = make_word() end

local pieces = {}
for i = 1, size do
  pieces[i] = vocabulary[random(1 + random(#vocabulary)) + 1]
  if i % 12 == 0 then pieces[i] = pieces[i] .. ".\n" end
end
local text = table.concat(pieces, " ")

local counts, order = {}, {}
for _ = 1, 20 do
  for word in text:gmatch("%a+") do
    word = word:lower()
    local count = counts[word]
    if count then
      counts[word] = count + 1
    else
      counts[word] = 1
      order[#order + 1] = word
    end
  end
end
table.sort(order, function(a, b)
  if counts[a] ~= counts[b] then return counts[a] > counts[b] end
  return a < b
end)
print(#text, #order)
for i = 1, 20 do print(order[i], counts[order[i]]) end
