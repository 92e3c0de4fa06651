-- Manual 6.4.2: string.pack, packsize, unpack.
local pack, unpack, size = string.pack, string.unpack, string.packsize
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
print(hex(pack("<i4", 1)), hex(pack(">i4", 1)), hex(pack("<i3", -2)), hex(pack(">I2", 0xABCD)), hex(pack("b", -1)), hex(pack("B", 255)))   --> 01000000	00000001	feffff	abcd	ff	ff
print(hex(pack("<i8", math.mininteger)), hex(pack(">i16", -1)), hex(pack("<I16", 1)))   --> 0000000000000080	ffffffffffffffffffffffffffffffff	01000000000000000000000000000000
print(hex(pack("<d", 1.5)), hex(pack(">f", 1.5)), hex(pack("<n", -0.0)), hex(pack("<j", -1)), hex(pack("<T", 1)))   --> 000000000000f83f	3fc00000	0000000000000080	ffffffffffffffff	0100000000000000
print(hex(pack("z", "abc")), hex(pack("s1", "abc")), hex(pack("<s2", "abc")), hex(pack("<s", "a")), hex(pack("c5", "abc")), hex(pack("c0", "")), "|")   --> 61626300	03616263	0300616263	010000000000000061	6162630000		|
print(hex(pack("<!4 i1 i4", 1, 2)), hex(pack("<!2 i1 i4", 1, 2)), hex(pack("<i1 !8 i8", 1, 2)), hex(pack("<i1 x i1 xx", 1, 2)), hex(pack("<!4 i1 Xi4 i2", 1, 2)))   --> 0100000002000000	010002000000	01000000000000000200000000000000	0100020000	010000000200
print(hex(pack("=I4 <I2 >I2 = I1", 1, 2, 3, 4)), hex(pack("<h H l L", -1, 1, -1, 1)))   --> 010000000200000304	ffff0100ffffffffffffffff0100000000000000
print(size("i1"), size("i4 i8"), size("!8 i1 i8"), size("!4 i1 i8"), size("c10"), size("b h i l j f d n T"), size("<!8 b Xd"))   --> 1	12	16	12	10	51	8
print(unpack("<i4", "\1\0\0\0"), unpack("<i4 i4", "\1\0\0\0\2\0\0\0"), unpack("<i2", "xx\1\0", 3), unpack("z", "abc\0def"), unpack("s1", "\3abcd"))   --> 1	1	1	abc	abc	5
print(unpack("<i3", "\254\255\255"), unpack("<I3", "\254\255\255"), unpack("<i16", ("\255"):rep(16)), unpack("<I9", "\1" .. ("\0"):rep(8)))   --> -2	16777214	-1	1	10
print(unpack("<d", pack("<d", math.pi)), unpack(">f", pack(">f", 0.1)), unpack("<i1", "\1", -1), select("#", unpack("", "abc")), unpack("", "abc", 2))   --> 3.1415926535898	0.10000000149012	1	1	2
-- Round trips: every size, sign and byte order.
for n = 1, 16 do
  for _, order in ipairs {"<", ">", "="} do
    for _, v in ipairs {0, 1, -1, 127, -128, 255, 0x7fff, -0x8000, (1 << 47) - 1, -(1 << 47), 1 << 47, math.maxinteger, math.mininteger, 0x0123456789ABCDEF} do
      local fits = n >= 8 or (v >= -(1 << (n * 8 - 1)) and v < 1 << (n * 8 - 1))
      if fits then
        local s = pack(order .. "i" .. n, v)
        assert(#s == n and unpack(order .. "i" .. n, s) == v)
        if v >= 0 then assert(unpack(order .. "I" .. n, pack(order .. "I" .. n, v)) == v) end
      else
        assert(not pcall(pack, order .. "i" .. n, v))
      end
    end
  end
end
for _, v in ipairs {0.0, 1.5, -1.5, 1e300, 5e-324, math.huge, -math.huge} do assert(unpack(">d", pack(">d", v)) == v and unpack("<n", pack("<n", v)) == v) end
local nan = unpack("<d", pack("<d", 0 / 0))
assert(nan ~= nan)
for _, bits in ipairs {"\0\0\0\0\0\0\xf8\x7f", "\1\0\0\0\0\0\xf0\x7f", "\255\255\255\255\255\255\255\255", "\1\2\3\4\5\6\xfd\xff", "\0\0\0\0\0\0\xff\xff", "\xff\xff\xff\xff\xff\xff\xff\x7f"} do
  local v = unpack("<d", bits)     -- any NaN is only a number
  assert(v ~= v and math.type(v) == "float" and type(v) == "number" and (v + 1 ~= v + 1))
  local t = {v}
  assert(t[1] ~= t[1] and not pcall(function() t[v] = 1 end) and tostring(v):find("nan"))
  local f = unpack("<f", bits:sub(5))
  assert(f ~= f or true)
end
-- Alignment against a model.
for align = 0, 4 do
  local a = 1 << align
  for n = 0, 4 do
    local s = pack("<!" .. a .. " b i" .. (1 << n), 1, 2)
    local natural = math.min(1 << n, a)
    assert(#s == math.max(natural, 1) + (1 << n), a .. " " .. n)
  end
end
-- Errors.
local function e(f, ...) return (select(2, pcall(string[f], ...))) end
print(e("pack", "i17", 1)) --> integral size (17) out of limits [1,16]
print(e("pack", "i0", 1)) --> integral size (0) out of limits [1,16]
print(e("pack", "!3 i4", 1)) --> bad argument #1 to 'string.pack' (format asks for alignment not power of 2)
print(e("pack", "!17", 1)) --> integral size (17) out of limits [1,16]
print(e("pack", "i1", 128)) --> bad argument #2 to 'string.pack' (integer overflow)
print(e("pack", "I1", 256)) --> bad argument #2 to 'string.pack' (unsigned overflow)
print(e("pack", "I1", -1)) --> bad argument #2 to 'string.pack' (unsigned overflow)
print(e("pack", "i4", "x")) --> bad argument #2 to 'string.pack' (number expected, got string)
print(e("pack", "i4", 1.5)) --> bad argument #2 to 'string.pack' (number has no integer representation)
print(e("pack", "i4")) --> bad argument #2 to 'string.pack' (number expected, got nil)
print(e("pack", "z", "a\0b")) --> bad argument #2 to 'string.pack' (string contains zeros)
print(e("pack", "s1", ("x"):rep(256))) --> bad argument #2 to 'string.pack' (string length does not fit in given size)
print(e("pack", "c2", "abc")) --> bad argument #2 to 'string.pack' (string longer than given size)
print(e("pack", "c", "abc")) --> missing size for format option 'c'
print(e("pack", "y", 1)) --> invalid format option 'y'
print(e("pack", "X", 1)) --> bad argument #1 to 'string.pack' (invalid next option for option 'X')
print(e("pack", "Xz", 1)) --> bad argument #1 to 'string.pack' (invalid next option for option 'X')
print(e("pack", "!4 i3", 1)) --> bad argument #1 to 'string.pack' (format asks for alignment not power of 2)
print(e("pack", "!4 Xc1", 1)) --> bad argument #1 to 'string.pack' (invalid next option for option 'X')
print(e("packsize", "s")) --> bad argument #1 to 'string.packsize' (variable-length format)
print(e("packsize", "z")) --> bad argument #1 to 'string.packsize' (variable-length format)
print(e("packsize", "c2147483647c2147483647")) --> invalid format option '7'
print(e("unpack", "i4", "abc")) --> bad argument #2 to 'string.unpack' (data string too short)
print(e("unpack", "i4", "abcd", 2)) --> bad argument #2 to 'string.unpack' (data string too short)
print(e("unpack", "i4", "abcd", 6)) --> bad argument #3 to 'string.unpack' (initial position out of string)
print(e("unpack", "i4", "abcd", -10)) --> 1684234849
print(e("unpack", "z", "abc")) --> bad argument #2 to 'string.unpack' (unfinished string for format 'z')
print(e("unpack", "s1", "\5abc")) --> bad argument #2 to 'string.unpack' (data string too short)
print(e("unpack", "<i16", ("\255"):rep(8) .. ("\1"):rep(8))) --> 16-byte integer does not fit into Lua Integer
print(e("unpack", "<I16", ("\255"):rep(16))) --> 16-byte integer does not fit into Lua Integer
print(e("unpack", "d", 1.5)) --> bad argument #2 to 'string.unpack' (data string too short)
