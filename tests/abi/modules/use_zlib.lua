-- lua-zlib: streams, filters, checksums, errors.
local zlib = require "zlib"

local text = {}
for i = 1, 3000 do text[i] = ("line %d of some text, %d\n"):format(i, i * i % 97) end
text = table.concat(text)

local deflated, eof, bytes_in, bytes_out = zlib.deflate()(text, "finish")
print(#deflated < #text / 4, eof, bytes_in == #text, bytes_out == #deflated)
local inflated, done, read, written = zlib.inflate()(deflated)
print(inflated == text, done, read == #deflated, written == #text)

local stream, pieces = zlib.deflate(9, 15 + 16), {}
for i = 1, #text, 777 do pieces[#pieces + 1] = stream(text:sub(i, i + 776)) end
pieces[#pieces + 1] = stream("", "finish")
local packed = table.concat(pieces)
print(packed:byte(1, 2), #packed < #text)
local back, output = zlib.inflate(15 + 32), {}
for i = 1, #packed, 100 do output[#output + 1] = back(packed:sub(i, i + 99)) end
print(table.concat(output) == text)

print(zlib.crc32() "hello", zlib.adler32() "hello")
local crc = zlib.crc32()
crc "hel"
print(crc "lo", zlib.crc32()(text))
local sync = zlib.deflate()
local first = sync("abc", "sync")
print(zlib.inflate()(first))
print(math.type(zlib.version()), zlib.BEST_SPEED, zlib.BEST_COMPRESSION)

local function try(...) print(select(2, pcall(...))) end
try(zlib.inflate(), "this is not compressed")
try(zlib.inflate(), deflated:sub(1, 50) .. "damage" .. deflated:sub(57))
try(zlib.deflate, 42)
try(zlib.deflate(), "x", "loudly")
try(zlib.deflate(), {})
local finished = zlib.deflate()
finished("x", "finish")
try(finished, "more")
print(zlib.inflate()(zlib.deflate()("", "finish")))
for _ = 1, 200 do zlib.deflate()("x") end
collectgarbage()
