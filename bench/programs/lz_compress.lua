-- engines: all
-- kind: application
-- count-size: 7000
-- Dictionary compression of generated text: a window with hash chains over bytes, and growing
-- phrases as keys.
local size = tonumber((...)) or 280000

local byte, char, sub = string.byte, string.char, string.sub

local WINDOW, MIN_MATCH, MAX_MATCH, MAX_CHAIN = 8192, 4, 255, 16

-- Returns a list of tokens: a byte, or a match as distance * 256 + length with its sign reversed.
local function compress_window(text)
  local bytes = {}
  for i = 1, #text do bytes[i] = byte(text, i) end
  local count = #bytes
  local heads, previous, tokens = {}, {}, {}
  local position = 1
  while position <= count do
    local best_length, best_distance = 0, 0
    if position + MIN_MATCH <= count then
      local hash = ((bytes[position] * 33 + bytes[position + 1]) * 33 + bytes[position + 2]) * 33
        + bytes[position + 3]
      local candidate, chain = heads[hash], 0
      while candidate and position - candidate < WINDOW and chain < MAX_CHAIN do
        local length, limit = 0, math.min(MAX_MATCH, count - position + 1)
        while length < limit and bytes[candidate + length] == bytes[position + length] do
          length = length + 1
        end
        if length > best_length then best_length, best_distance = length, position - candidate end
        candidate = previous[candidate]
        chain = chain + 1
      end
      previous[position] = heads[hash]
      heads[hash] = position
    end
    if best_length >= MIN_MATCH then
      tokens[#tokens + 1] = -(best_distance * 256 + best_length)
      position = position + best_length
    else
      tokens[#tokens + 1] = bytes[position]
      position = position + 1
    end
  end
  return tokens
end

local function expand_window(tokens)
  local bytes, count = {}, 0
  for _, token in ipairs(tokens) do
    if token >= 0 then
      count = count + 1
      bytes[count] = token
    else
      local length = -token % 256
      local distance = (-token - length) / 256
      for _ = 1, length do
        count = count + 1
        bytes[count] = bytes[count - distance]
      end
    end
  end
  for i = 1, count do bytes[i] = char(bytes[i]) end
  return table.concat(bytes)
end

local function compress_phrases(text)
  local codes, next_code = {}, 256
  for i = 0, 255 do codes[char(i)] = i end
  local tokens, phrase = {}, ""
  for i = 1, #text do
    local c = sub(text, i, i)
    local longer = phrase .. c
    if codes[longer] then
      phrase = longer
    else
      tokens[#tokens + 1] = codes[phrase]
      codes[longer] = next_code
      next_code = next_code + 1
      phrase = c
    end
  end
  if phrase ~= "" then tokens[#tokens + 1] = codes[phrase] end
  return tokens
end

local function expand_phrases(tokens)
  local phrases, next_code = {}, 256
  for i = 0, 255 do phrases[i] = char(i) end
  local last = phrases[tokens[1]]
  local pieces = { last }
  for i = 2, #tokens do
    local phrase = phrases[tokens[i]] or last .. sub(last, 1, 1)
    pieces[i] = phrase
    phrases[next_code] = last .. sub(phrase, 1, 1)
    next_code = next_code + 1
    last = phrase
  end
  return table.concat(pieces)
end

local seed = 23
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local WORDS = { "stone", "river", "and", "the", "under", "light", "of", "morning", "walks", "a",
  "silver", "bird" }
local pieces, length = {}, 0
while length < size do
  local word = WORDS[random(#WORDS) + 1] .. (random(9) == 0 and ".\n" or " ")
  if random(20) == 0 then word = word .. char(65 + random(26)) .. random(1000) end
  pieces[#pieces + 1] = word
  length = length + #word
end
local text = table.concat(pieces)

local function checksum(tokens)
  local sum = 0
  for i = 1, #tokens do sum = (sum * 31 + tokens[i]) % 1000000007 end
  return sum
end

for _ = 1, 6 do
  local tokens = compress_window(text)
  assert(expand_window(tokens) == text, "window round trip failed")
  print(#text, #tokens, checksum(tokens))
  tokens = compress_phrases(text)
  assert(expand_phrases(tokens) == text, "phrase round trip failed")
  print(#text, #tokens, checksum(tokens))
end
