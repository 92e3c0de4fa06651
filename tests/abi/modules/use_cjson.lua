-- lua-cjson: documents there and back, number formats, limits, errors.
local cjson = require "cjson"
local safe = require "cjson.safe"

local function show(value, indent)
  indent = indent or ""
  if type(value) ~= "table" then return print(indent .. type(value), value == cjson.null or value) end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do
    print(indent .. tostring(key) .. ":")
    show(value[key], indent .. "  ")
  end
end

show(cjson.decode [==[
 {"name": "Ferrous", "tags": ["a", "b\n\"c\"", "\u00e9\u20ac\ud83d\ude00"], "n": -12.5e3, "i": 42,
  "big": 12345678901234567890, "deep": {"er": [[], {}, [1, [2, [3]]]]}, "t": true, "f": false,
  "nothing": null, "": "empty key"}
]==])
print(cjson.encode {1, 2, 3, "x", true, cjson.null, {}, {{}}})
print(cjson.encode {only = {[1] = 1, [2] = 2, [3] = "\1\127\"\\/\n"}})
print(cjson.encode(1 / 3), cjson.encode(10), cjson.encode(2 ^ 53), cjson.encode(-0.5), cjson.encode "x")
print(cjson.encode {[1] = "a", [4] = "b"})

local rows = {}
for i = 1, 2000 do
  rows[i] = {id = i, text = ("row %d"):format(i), parts = {i, i * 2, i / 4}, ok = i % 2 == 0}
end
local text = cjson.encode {rows = rows}
local back = cjson.decode(text)
assert(#back.rows == 2000)
local sum = 0
for i, row in ipairs(back.rows) do
  assert(row.id == i and row.text == "row " .. i and row.parts[2] == 2 * i and row.ok == (i % 2 == 0))
  sum = sum + row.parts[3]
end
print(sum, #text)

local function try(...) print(select(2, pcall(...))) end
try(cjson.decode, '{"a": }')
try(cjson.decode, "[1, 2")
try(cjson.decode, '"\\ud800"')
try(cjson.decode, "nul")
try(cjson.decode, "")
try(cjson.decode, {})
try(cjson.decode, ("["):rep(1001) .. ("]"):rep(1001))
try(cjson.encode, {[print] = 1})
try(cjson.encode, print)
try(cjson.encode, {[1] = 1, [1000] = 2})
try(cjson.encode, 0 / 0)
local loop = {}
loop.loop = loop
try(cjson.encode, loop)
try(cjson.encode_max_depth, -1)
print(safe.decode "[1,", select("#", safe.encode(print)))
print(safe.encode(print))

local other = cjson.new()
other.encode_number_precision(3)
other.encode_sparse_array(true)
other.encode_invalid_numbers(true)
print(other.encode {math.pi, 1 / 0, -1 / 0})
print(other.encode {[1000] = 1})
print(cjson.encode(math.pi), cjson.encode_keep_buffer(), cjson._NAME, cjson._VERSION)
