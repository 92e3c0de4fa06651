-- Manual 6.4: string functions except patterns and packing (6_4_1, 6_4_2).
-- byte, char
print(("abc"):byte(), ("abc"):byte(-1), ("abc"):byte(1, -1))    --> 97	99	97	98	99
print(select("#", (""):byte()), select("#", ("abc"):byte(4)), select("#", ("abc"):byte(3, 2)), select("#", ("abc"):byte(-10, 10)))   --> 0	0	0	3
print(string.char(), string.char(72, 105), #string.char(0, 255, 128))   --> 	Hi	3
print(pcall(string.char, 256))      --> false	bad argument #1 to 'string.char' (value out of range)
print(pcall(string.char, -1))       --> false	bad argument #1 to 'string.char' (value out of range)
print(pcall(string.char, "x"))      --> false	bad argument #1 to 'string.char' (number expected, got string)
-- sub
local s = "hello"
local subs = {}
for i = -7, 7 do for j = -7, 7 do
  local first = i > 0 and i or i == 0 and 1 or math.max(#s + i + 1, 1)
  local last = j >= 0 and math.min(j, #s) or #s + j + 1
  local expected = {}
  for k = first, last do expected[#expected + 1] = string.char(s:byte(k)) end
  assert(s:sub(i, j) == table.concat(expected))
end end
assert(s:sub(2) == "ello" and s:sub(-3) == "llo" and s:sub(2, -2) == "ell" and s:sub(math.mininteger, math.maxinteger) == s)
assert(s:sub(math.maxinteger) == "" and s:sub(3, math.mininteger) == "" and s:sub(0) == s and s:sub(-100, 2) == "he")
print(pcall(string.sub, "x"))       --> false	bad argument #2 to 'string.sub' (number expected, got no value)
print(pcall(string.sub, "x", {}))   --> false	bad argument #2 to 'string.sub' (number expected, got table)
-- upper, lower, reverse, len, rep
print(("aBc1é"):upper() == "ABC1é", ("AbC"):lower(), ("abc"):reverse(), (""):reverse() == "", ("a\0b"):len())   --> true	abc	cba	true	3
print(("ab"):rep(3), ("ab"):rep(3, "-"), ("ab"):rep(0) == "", ("ab"):rep(-5) == "", (""):rep(1000000) == "", ("x"):rep(1, "sep"))   --> ababab	ab-ab-ab	true	true	true	x
assert(#("x"):rep(100000) == 100000 and #("ab"):rep(1000, ",") == 2999)
print((""):rep(10, "."), (""):rep(1, "."), ("x"):rep(4, ""))   --> .........		xxxx
print(pcall(string.rep, "x", math.maxinteger))         --> false	resulting string too large
print(pcall(string.rep, "xx", 1 << 62))                --> false	resulting string too large
print(pcall(string.rep, "", math.maxinteger, "sep"))   --> false	resulting string too large
-- format
print(("%d %5d %-5d| %05d %+d % d"):format(42, 42, 42, 42, 42, 42))        --> 42    42 42   | 00042 +42  42
print(("%x %X %#x %o %c%c"):format(255, 255, 255, 8, 72, 105))             --> ff FF 0xff 10 Hi
print(("%i %d"):format(3.0, "4"))                                          --> 3 4
print(("%f %.2f %10.3f|%-10.1f|%+.0f"):format(1.5, 3.14159, 2.5, 2.25, 3))  --> 1.500000 3.14      2.500|2.2       |+3
print(("%e %.3E %g %g %g %G"):format(12345.678, 0.00012, 1e20, 0.0001, 100000, 1e-10))  --> 1.234568e+04 1.200E-04 1e+20 0.0001 100000 1E-10
print(("%a %A %.1a"):format(1, 0.5, 1.999))                                --> 0x1p+0 0X1P-1 0x2.0p+0
print(("%s %s %s %s"):format(nil, true, 12, {} ~= nil))                    --> nil true 12 true
print(("%10s|%-10s|%.2s|%5.1s|"):format("abc", "abc", "abc", "abc"))       -->        abc|abc       |ab|    a|
print(("%q"):format('a "quoted"\n\0\1\0012\r\\end'))                      --> "a \"quoted\"\
--> \0\1\0012\13\\end"
print(("%q %q %q %q %q"):format(1, 1.5, true, nil, math.mininteger))       --> 1 0x1.8p+0 true nil 0x8000000000000000
print(("%q %q %q"):format(1 / 0, -1 / 0, 0 / 0))                           --> 1e9999 -1e9999 (0/0)
print(("%%|%5s%%"):format("x"))                                            --> %|    x%
print(("%s"):format(setmetatable({}, {__tostring = function() return "TS" end})))  --> TS
print(pcall(string.format, "%.3s", "a\0b\0c"), #("%s"):format(("x"):rep(1000)), #("%s"):format("a\0b"))   --> false	1000	3
print(("%99.99f"):format(1 / 3) == ("%99.99f"):format(1 / 3), #("%.99f"):format(-1e308))  --> true	410
print(("%5d|%-5d|%.3d|%+.3d|%5.2d"):format(-3, -3, 7, 7, 7))               -->    -3|-3   |007|+007|   07
print(("%p"):format(nil), ("%p"):format(1), ("%p"):format({}) ~= nil, ("%p"):format("short") == ("%p"):format("sh" .. "ort"))  --> (null)	(null)	true	true
print(("%d"):format(math.mininteger), ("%x"):format(-1), ("%X"):format(math.maxinteger))   --> -9223372036854775808	ffffffffffffffff	7FFFFFFFFFFFFFFF
print(("%5c|%-5c|"):format(65, 66))                                        -->     A|B    |
print(("%.14g %.17g %.3g"):format(0.1, 0.1, 1234567))                      --> 0.1 0.10000000000000001 1.23e+06
for _, bad in ipairs {{"%d", 1.5}, {"%d", "x"}, {"%d"}, {"%s"}, {"%y", 1}, {"%"}, {"%5"}, {"%123d", 1}, {"%0.123f", 1}, {"%.123d", 1}, {"%q", {}}, {"%5q", "x"},
    {"%#s", "x"}, {"%0s", "x"}, {"%+s", "x"}, {"%-+ #0-5d", 1}, {"%c", "x"}, {"%f", "x"}, {"%10.5c", 1}, {"%x", 1.5}, {"%i", 2^63}, {"%ll", 1}, {"%#d", 1}, {"%.p", {}}, {"%s", setmetatable({}, {__tostring = function() return {} end})}} do
  print((select(2, pcall(string.format, table.unpack(bad, 1, 2)))))
end
--> bad argument #2 to 'string.format' (number has no integer representation)
--> bad argument #2 to 'string.format' (number expected, got string)
--> bad argument #2 to 'string.format' (number expected, got nil)
--> nil
--> invalid conversion '%y' to 'format'
--> invalid conversion '%' to 'format'
--> invalid conversion '%5' to 'format'
--> invalid conversion specification: '%123d'
--> invalid conversion specification: '%0.123f'
--> invalid conversion specification: '%.123d'
--> bad argument #2 to 'string.format' (value has no literal form)
--> specifier '%q' cannot have modifiers
--> invalid conversion specification: '%#s'
--> invalid conversion specification: '%0s'
--> invalid conversion specification: '%+s'
--> invalid conversion specification: '%-+ #0-5d'
--> bad argument #2 to 'string.format' (number expected, got string)
--> bad argument #2 to 'string.format' (number expected, got string)
--> invalid conversion specification: '%10.5c'
--> bad argument #2 to 'string.format' (number has no integer representation)
--> bad argument #2 to 'string.format' (number has no integer representation)
--> invalid conversion '%l' to 'format'
--> invalid conversion specification: '%#d'
--> invalid conversion specification: '%.p'
--> '__tostring' must return a string
-- %q can be read back.
for _, v in ipairs {"", "a\nb\rc\0d\"e\\f", "\0001\1272\200", 0, -1, 1.5, 1e300, 5e-324, 0.1, -0.0, math.mininteger, math.maxinteger, 1 << 47, true, false, 1 / 0, -1 / 0} do
  local back = load("return " .. ("%q"):format(v))()
  assert(back == v and math.type(back) == math.type(v) and 1 / (tonumber(v) or 1) == 1 / (tonumber(back) or 1))
end
-- dump: upvalues are not kept, constants and nesting are.
local up = 10
local function f(...) local t = {1, 2.5, "s", ("long"):rep(20), nil, true, ...} return function(k) return t[k], up end end
local g = load(string.dump(f))
assert(g("v")(7) == "v" and g()(2) == 2.5 and g()(4) == ("long"):rep(20))
print(pcall(g(), 1))                                -->~ true	1	table: .*
print(pcall(string.dump, print))                    --> false	unable to dump given function
print(pcall(string.dump))                           --> false	bad argument #1 to 'string.dump' (function expected, got no value)
assert(#string.dump(f, true) < #string.dump(f))
local stripped = load(string.dump(load("local x = nil; return x.y", "=c"), true))
print(pcall(stripped))                              --> false	?:-1: attempt to index a nil value
assert(load(string.dump(load("return 1 << 60, -1 << 50, 2^53, 0x7fffffffffffffff")))() == 1 << 60)
-- Methods through the string metatable; strings as objects.
print(("x"):rep(2), #"abc", ("%s"):rep(2, ","):format(1, 2), ("a,b"):find(",", 1, true))   --> xx	3	1,2	2	2
assert(getmetatable("").__index == string and ("x").len == string.len)
string.shout = function(s) return s:upper() .. "!" end
assert(("hi"):shout() == "HI!")
string.shout = nil
assert(not pcall(function() return ("hi"):shout() end))
-- Arithmetic on strings goes through metamethods: they can be replaced.
local mt = getmetatable("")
local saved = mt.__add
mt.__add = function(a, b) return "added" end
assert("1" + 2 == "added" and 1 + 2 == 3 and 1 + "x" == "added")
mt.__add = saved
assert("1" + 2 == 3)
print((""):rep(5, "."), (""):rep(1, "."), ("x"):rep(1, "."), ("x"):rep(3, ""))   --> ....		x	xxx
