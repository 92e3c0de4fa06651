-- engines: all
-- kind: strings
-- count-size: 14000
-- Text taken apart byte by byte: base64, run lengths, a Caesar shift, palindromes, an Adler
-- checksum, hex.
local size = tonumber((...)) or 570000

local byte, char, floor, sub = string.byte, string.char, math.floor, string.sub

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local VALUES = {}
for i = 1, 64 do VALUES[byte(ALPHABET, i)] = i - 1 end

local function letter(value) return sub(ALPHABET, value + 1, value + 1) end

local function base64_encode(text)
  local pieces = {}
  for i = 1, #text - 2, 3 do
    local a, b, c = byte(text, i, i + 2)
    local bits = a * 65536 + b * 256 + c
    pieces[#pieces + 1] = letter(floor(bits / 262144)) .. letter(floor(bits / 4096) % 64)
      .. letter(floor(bits / 64) % 64) .. letter(bits % 64)
  end
  local rest = #text % 3
  if rest == 1 then
    local a = byte(text, #text)
    pieces[#pieces + 1] = letter(floor(a / 4)) .. letter(a % 4 * 16) .. "=="
  elseif rest == 2 then
    local a, b = byte(text, #text - 1, #text)
    local bits = a * 256 + b
    pieces[#pieces + 1] = letter(floor(bits / 1024)) .. letter(floor(bits / 16) % 64)
      .. letter(bits % 16 * 4) .. "="
  end
  return table.concat(pieces)
end

local function base64_decode(text)
  local pieces = {}
  for i = 1, #text, 4 do
    local a, b, c, d = byte(text, i, i + 3)
    local bits = VALUES[a] * 262144 + VALUES[b] * 4096 + (VALUES[c] or 0) * 64 + (VALUES[d] or 0)
    local piece = char(floor(bits / 65536), floor(bits / 256) % 256, bits % 256)
    if not VALUES[d] then piece = sub(piece, 1, VALUES[c] and 2 or 1) end
    pieces[#pieces + 1] = piece
  end
  return table.concat(pieces)
end

local function run_lengths(text)
  local pieces, start, current = {}, 1, byte(text, 1)
  for i = 2, #text + 1 do
    local c = byte(text, i)
    if c ~= current then
      pieces[#pieces + 1] = char(current) .. i - start
      start, current = i, c
    end
  end
  return table.concat(pieces)
end

local function shift(text, distance)
  local bytes = {}
  for i = 1, #text do
    local c = byte(text, i)
    if c >= 97 and c <= 122 then c = (c - 97 + distance) % 26 + 97 end
    bytes[i] = char(c)
  end
  return table.concat(bytes)
end

local function longest_palindrome(text)
  local best = 0
  for centre = 1, #text do
    for width = 0, 1 do
      local left, right = centre, centre + width
      while left >= 1 and right <= #text and sub(text, left, left) == sub(text, right, right) do
        left, right = left - 1, right + 1
      end
      if right - left - 1 > best then best = right - left - 1 end
    end
  end
  return best
end

local function adler(text)
  local a, b = 1, 0
  for i = 1, #text do
    a = (a + byte(text, i)) % 65521
    b = (b + a) % 65521
  end
  return b * 65536 + a
end

local function hex(text)
  return (text:gsub(".", function(c) return string.format("%02x", byte(c)) end))
end

local seed, letters = 13, {}
for i = 1, size do
  seed = seed * 16807 % 2147483647
  letters[i] = char(97 + seed % (1 + seed % 5))
end
local text = table.concat(letters)

for extra = 0, 2 do
  local input = text .. ("z"):rep(extra)
  local encoded = base64_encode(input)
  assert(base64_decode(encoded) == input, "round trip failed")
  print(#encoded, adler(encoded))
end
local runs = run_lengths(text)
print(#runs, adler(runs), adler(shift(text, 3)), longest_palindrome(text), adler(hex(text)))
