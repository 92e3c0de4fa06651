-- engines: all
-- kind: application
-- count-size: 72
-- A JSON encoder and decoder: characters, patterns, nested tables, string building.
local size = tonumber((...)) or 2700

local byte, char, find = string.byte, string.char, string.find
local format, sub = string.format, string.sub

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
local UNESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", n = "\n", r = "\r", t = "\t", b = "\b",
  f = "\f" }

-- Encoder: appends pieces to an array that is joined once.

local function quote(text)
  local function escape(c) return ESCAPES[c] or format("\\u%04x", byte(c)) end
  return '"' .. text:gsub('[%c"\\]', escape) .. '"'
end

local encode_value

local function encode_array(list, out)
  out[#out + 1] = "["
  for i = 1, #list do
    if i > 1 then out[#out + 1] = "," end
    encode_value(list[i], out)
  end
  out[#out + 1] = "]"
end

local function encode_object(object, out)
  local keys = {}
  for key in pairs(object) do keys[#keys + 1] = key end
  table.sort(keys)
  out[#out + 1] = "{"
  for i, key in ipairs(keys) do
    if i > 1 then out[#out + 1] = "," end
    out[#out + 1] = quote(key)
    out[#out + 1] = ":"
    encode_value(object[key], out)
  end
  out[#out + 1] = "}"
end

function encode_value(value, out)
  local kind = type(value)
  if kind == "string" then
    out[#out + 1] = quote(value)
  elseif kind == "number" then
    out[#out + 1] = format("%.14g", value)
  elseif kind == "boolean" then
    out[#out + 1] = value and "true" or "false"
  elseif kind == "nil" then
    out[#out + 1] = "null"
  elseif #value > 0 then
    encode_array(value, out)
  else
    encode_object(value, out)
  end
end

local function encode(value)
  local out = {}
  encode_value(value, out)
  return table.concat(out)
end

-- Decoder: each function takes the text and a position, and returns a value and the position behind
-- it.

local function fail(position, what) error(format("%s at position %d", what, position), 0) end

local function skip_space(text, position)
  return (find(text, "[^ \n\r\t]", position)) or #text + 1
end

local function decode_string(text, position)
  local start = position + 1
  local stop = find(text, '["\\]', start)
  if stop and byte(text, stop) == 34 then return sub(text, start, stop - 1), stop + 1 end
  local pieces = {}
  while stop do
    pieces[#pieces + 1] = sub(text, start, stop - 1)
    if byte(text, stop) == 34 then return table.concat(pieces), stop + 1 end
    local escape = sub(text, stop + 1, stop + 1)
    if escape == "u" then
      pieces[#pieces + 1] = char(tonumber(sub(text, stop + 2, stop + 5), 16) % 256)
      start = stop + 6
    else
      pieces[#pieces + 1] = UNESCAPES[escape] or fail(stop, "bad escape")
      start = stop + 2
    end
    stop = find(text, '["\\]', start)
  end
  fail(position, "unfinished string")
end

local decode_value

local function decode_array(text, position)
  local list, count = {}, 0
  position = skip_space(text, position + 1)
  if byte(text, position) == 93 then return list, position + 1 end
  while true do
    count = count + 1
    list[count], position = decode_value(text, position)
    position = skip_space(text, position)
    local separator = byte(text, position)
    if separator == 93 then return list, position + 1 end
    if separator ~= 44 then fail(position, "expected ',' or ']'") end
    position = position + 1
  end
end

local function decode_object(text, position)
  local object = {}
  position = skip_space(text, position + 1)
  if byte(text, position) == 125 then return object, position + 1 end
  while true do
    local key
    position = skip_space(text, position)
    if byte(text, position) ~= 34 then fail(position, "expected a key") end
    key, position = decode_string(text, position)
    position = skip_space(text, position)
    if byte(text, position) ~= 58 then fail(position, "expected ':'") end
    object[key], position = decode_value(text, position + 1)
    position = skip_space(text, position)
    local separator = byte(text, position)
    if separator == 125 then return object, position + 1 end
    if separator ~= 44 then fail(position, "expected ',' or '}'") end
    position = position + 1
  end
end

local function decode_number(text, position)
  local _, last = find(text, "^-?%d+%.?%d*[eE]?[-+]?%d*", position)
  if not last then fail(position, "unexpected character") end
  return tonumber(sub(text, position, last)), last + 1
end

local LITERALS = { t = { "true", true }, f = { "false", false }, n = { "null", nil } }

function decode_value(text, position)
  position = skip_space(text, position)
  local first = byte(text, position)
  if first == 34 then return decode_string(text, position) end
  if first == 123 then return decode_object(text, position) end
  if first == 91 then return decode_array(text, position) end
  local literal = LITERALS[sub(text, position, position)]
  if not literal then return decode_number(text, position) end
  local last = position + #literal[1]
  if sub(text, position, last - 1) ~= literal[1] then fail(position, "bad literal") end
  return literal[2], last
end

local function decode(text)
  local value, position = decode_value(text, 1)
  if skip_space(text, position) <= #text then fail(position, "trailing text") end
  return value
end

local seed = 3
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local function make_document(count)
  local users = {}
  for i = 1, count do
    local tags, scores = {}, {}
    for j = 1, 3 + random(4) do
      tags[j] = "tag" .. random(50)
      scores[j] = random(10000) / 16
    end
    users[i] = {
      id = i, name = "User " .. i, active = random(2) == 0,
      note = "line \"" .. i .. "\"\n\tnext \\ line",
      address = { street = random(300) .. " Main St", city = "City" .. random(20),
        zip = 10000 + random(80000) },
      tags = tags, scores = scores, balance = random(1000000) - 500000,
    }
  end
  return { version = 1, users = users, title = "generated \1 document" }
end

local document = make_document(size)
local text
local total = 0
for _ = 1, 8 do
  text = encode(document)
  document = decode(text)
  total = total + #text
end
assert(encode(decode(text)) == text, "round trip failed")
local sum = 0
for i = 1, #text do sum = (sum * 31 + byte(text, i)) % 1000000007 end
print(total, sum, document.users[size].name, #document.users)
print(pcall(decode, '{"a": [1, 2,, 3]}'))
