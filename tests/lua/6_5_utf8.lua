-- Manual 6.5: utf8.
print(utf8.char(), utf8.char(72, 228, 8364, 0x10FFFF) == "Hä€\u{10FFFF}", #utf8.char(0x7FFFFFFF), utf8.charpattern == "[\0-\x7F\xC2-\xFD][\x80-\xBF]*")   --> 	true	6	true
print(utf8.len("häß€"), utf8.len(""), utf8.len("abc", 4), utf8.len("abc", 2, 2), utf8.len("äö", 3), utf8.len("abc", -1))   --> 4	0	0	1	1	1
print(utf8.len("ab\xffcd"), utf8.len("\xc3"), utf8.len("\x80abc"), utf8.len("\xc0\x80"), utf8.len("\xed\xa0\x80"), utf8.len("\xf4\x90\x80\x80"))   --> nil	nil	nil	nil	nil	nil	1
print(utf8.len("\u{D7FF}\u{E000}"), utf8.len("\u{7FFFFFFF}", 1, -1, true), utf8.len("\u{D800}", 1, -1, true), utf8.len("\u{110000}"))   --> 2	1	1	nil	1
print(utf8.codepoint("häß", 1, -1))     --> 104	228	223
print(utf8.codepoint("abc"), utf8.codepoint("abc", -1), select("#", utf8.codepoint("abc", 3, 2)), utf8.codepoint("\u{7FFFFFFF}", 1, 1, true))   --> 97	99	0	2147483647
local function walk(s, lax) local r = {} for p, c in utf8.codes(s, lax) do r[#r + 1] = p .. ":" .. c end return table.concat(r, " ") end
print(walk("aä€😀z"), walk("") == "", walk("\u{7FFFFFFF}", true))   --> 1:97 2:228 4:8364 7:128512 11:122	true	1:2147483647
print(utf8.offset("aä€😀z", 1), utf8.offset("aä€😀z", 3), utf8.offset("aä€😀z", 5), utf8.offset("aä€😀z", 6), utf8.offset("aä€😀z", 7))   --> 1	4	11	12	nil
print(utf8.offset("aä€😀z", -1), utf8.offset("aä€😀z", -3), utf8.offset("aä€😀z", -6), utf8.offset("aä€", 0, 3), utf8.offset("aä€", 0, 6), utf8.offset("abc", 1, 2), utf8.offset("abc", -1, 3))   --> 11	4	nil	2	4	2	2
for c = 0, 0x10FFFF, 997 do
  if c < 0xD800 or c > 0xDFFF then
    local s = utf8.char(c)
    assert(utf8.codepoint(s) == c and utf8.len(s) == 1 and s:match("^" .. utf8.charpattern .. "$") == s)
  end
end
for n = 1, 31 do
  for d = -1, 0 do
    local c = (1 << n) + d
    if c <= 0x7FFFFFFF then assert(utf8.codepoint(utf8.char(c), 1, 1, true) == c) end
  end
end
local text = "Grüße, 世界! 😀"
local chars = {}
for ch in text:gmatch(utf8.charpattern) do chars[#chars + 1] = ch end
assert(#chars == utf8.len(text) and table.concat(chars) == text)
for i = 1, #chars do local o = utf8.offset(text, i) assert(text:sub(o, o + #chars[i] - 1) == chars[i]) end
local function e(f, ...) return (select(2, pcall(utf8[f], ...))) end
print(e("char", -1)) --> bad argument #1 to 'utf8.char' (value out of range)
print(e("char", 0x80000000)) --> bad argument #1 to 'utf8.char' (value out of range)
print(e("char", "x")) --> bad argument #1 to 'utf8.char' (number expected, got string)
print(e("codepoint", "abc", 4)) --> bad argument #3 to 'utf8.codepoint' (out of bounds)
print(e("codepoint", "abc", 1, 4)) --> bad argument #3 to 'utf8.codepoint' (out of bounds)
print(e("codepoint", "\xff")) --> invalid UTF-8 code
print(e("codepoint", "\u{D800}")) --> invalid UTF-8 code
print(e("len", "abc", 5)) --> bad argument #2 to 'utf8.len' (initial position out of bounds)
print(e("len", "abc", 1, 4)) --> bad argument #3 to 'utf8.len' (final position out of bounds)
print(e("offset", "abc", 1, 5)) --> bad argument #3 to 'utf8.offset' (position out of bounds)
print(e("offset", "ä", 1, 2)) --> initial position is a continuation byte
print(e("codes")) --> bad argument #1 to 'utf8.codes' (string expected, got no value)
print(pcall(walk, "ab\xff")) --> false	6_5_utf8.lua:8: invalid UTF-8 code
print(pcall(walk, "\xe4")) --> false	6_5_utf8.lua:8: invalid UTF-8 code
print(pcall(walk, "\u{110000}")) --> false	6_5_utf8.lua:8: invalid UTF-8 code
