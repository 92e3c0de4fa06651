-- Manual 6.5 to 6.7: what the functions of utf8, table and math say about wrong arguments.
local function e(f, ...) print((select(2, pcall(f, ...)))) end
local function site(text, ...) e(assert(load(text, "=c")), ...) end
e(utf8.char, -1)  --> bad argument #1 to 'utf8.char' (value out of range)
e(utf8.char, 0x80000000)  --> bad argument #1 to 'utf8.char' (value out of range)
e(utf8.char, "x")  --> bad argument #1 to 'utf8.char' (number expected, got string)
e(utf8.char, 65, {})  --> bad argument #2 to 'utf8.char' (number expected, got table)
print(utf8.char() == "", utf8.char(65, 0x20AC), #utf8.char(0x7FFFFFFF))  --> true	A€	6
e(utf8.codes)  --> bad argument #1 to 'utf8.codes' (string expected, got no value)
e(utf8.codes, {})  --> bad argument #1 to 'utf8.codes' (string expected, got table)
e(utf8.codes, "\x80")  --> bad argument #1 to 'utf8.codes' (invalid UTF-8 code)
e(function() for _ in utf8.codes("a\xff") do end end)  --> 6_5_to_6_7_arguments.lua:12: invalid UTF-8 code
e(function() for _ in utf8.codes("é\xa9") do end end)  --> 6_5_to_6_7_arguments.lua:13: invalid UTF-8 code
e(function() for _ in utf8.codes("\u{D800}") do end end)  --> 6_5_to_6_7_arguments.lua:14: invalid UTF-8 code
e(function() for _ in utf8.codes("\u{7FFFFFFF}") do end end)  --> 6_5_to_6_7_arguments.lua:15: invalid UTF-8 code
for p, c in utf8.codes("\u{D800}\u{7FFFFFFF}", true) do print(p, c) end
--> 1	55296
--> 4	2147483647
e(utf8.codepoint)  --> bad argument #1 to 'utf8.codepoint' (string expected, got no value)
e(utf8.codepoint, "abc", 4)  --> bad argument #3 to 'utf8.codepoint' (out of bounds)
e(utf8.codepoint, "abc", 0)  --> bad argument #2 to 'utf8.codepoint' (out of bounds)
e(utf8.codepoint, "abc", 1, 4)  --> bad argument #3 to 'utf8.codepoint' (out of bounds)
e(utf8.codepoint, "abc", -4)  --> bad argument #2 to 'utf8.codepoint' (out of bounds)
e(utf8.codepoint, "\xff")  --> invalid UTF-8 code
e(utf8.codepoint, "\u{D800}")  --> invalid UTF-8 code
e(utf8.codepoint, "é", 2)  --> invalid UTF-8 code
e(utf8.codepoint, "abc", {})  --> bad argument #2 to 'utf8.codepoint' (number expected, got table)
print(utf8.codepoint("\u{D800}", 1, 1, true), utf8.codepoint("abc", 3, 2), select("#", utf8.codepoint("", 1, 0)))  --> 55296	nil	0
e(utf8.len)  --> bad argument #1 to 'utf8.len' (string expected, got no value)
e(utf8.len, {})  --> bad argument #1 to 'utf8.len' (string expected, got table)
e(utf8.len, "abc", 5)  --> bad argument #2 to 'utf8.len' (initial position out of bounds)
e(utf8.len, "abc", -5)  --> bad argument #2 to 'utf8.len' (initial position out of bounds)
e(utf8.len, "abc", 1, 4)  --> bad argument #3 to 'utf8.len' (final position out of bounds)
e(utf8.len, "abc", "x")  --> bad argument #2 to 'utf8.len' (number expected, got string)
print(utf8.len("abc", 4), utf8.len("abc", 1, -5), utf8.len("a\x80b"), utf8.len("\u{D800}"), utf8.len("\u{D800}", 1, -1, true))  --> 0	0	nil	nil	1
print(utf8.len("é", 2))  --> nil	2
e(utf8.offset)  --> bad argument #1 to 'utf8.offset' (string expected, got no value)
e(utf8.offset, "abc")  --> bad argument #2 to 'utf8.offset' (number expected, got no value)
e(utf8.offset, "abc", "x")  --> bad argument #2 to 'utf8.offset' (number expected, got string)
e(utf8.offset, "abc", 1, 5)  --> bad argument #3 to 'utf8.offset' (position out of bounds)
e(utf8.offset, "abc", 1, -4)  --> bad argument #3 to 'utf8.offset' (position out of bounds)
e(utf8.offset, "é", 1, 2)  --> initial position is a continuation byte
print(utf8.offset("aé€", 3), utf8.offset("aé€", -1), utf8.offset("aé€", 4), utf8.offset("aé€", 5), utf8.offset("aé€", 0, 3), utf8.offset("abc", 1, 4), utf8.offset("abc", 0, 4))  --> 4	4	7	nil	2	4	4
site "utf8.char(-1)"  --> c:1: bad argument #1 to 'char' (value out of range)
site "local s = 'x' utf8.len(s, 9)"  --> c:1: bad argument #2 to 'len' (initial position out of bounds)
-- table: each argument, and lists that are none.
e(table.concat)  --> bad argument #1 to 'table.concat' (table expected, got no value)
e(table.concat, 1)  --> bad argument #1 to 'table.concat' (table expected, got number)
e(table.concat, {}, {})  --> bad argument #2 to 'table.concat' (string expected, got table)
e(table.concat, {}, "", "x")  --> bad argument #3 to 'table.concat' (number expected, got string)
e(table.concat, {}, "", 1, {})  --> bad argument #4 to 'table.concat' (number expected, got table)
e(table.concat, {1, {}, 3})  --> invalid value (table) at index 2 in table for 'concat'
e(table.concat, {1}, "", 1, 2)  --> invalid value (nil) at index 2 in table for 'concat'
e(table.concat, {}, "", math.maxinteger, math.maxinteger)  --> invalid value (nil) at index 9223372036854775807 in table for 'concat'
e(table.concat, {}, "", math.mininteger, math.mininteger + 1)  --> invalid value (nil) at index -9223372036854775808 in table for 'concat'
e(table.concat, setmetatable({}, {__len = function() return "x" end}))  --> object length is not an integer
e(table.concat, setmetatable({}, {__len = function() return 2.5 end}))  --> object length is not an integer
e(table.concat, setmetatable({}, {__len = error}))  --> bad argument #2 to 'error' (number expected, got table)
e(table.concat, setmetatable({}, {__index = function() error("index", 0) end, __len = function() return 1 end}))  --> index
e(table.concat, "x")  --> bad argument #1 to 'table.concat' (table expected, got string)
e(table.insert)  --> bad argument #1 to 'table.insert' (table expected, got no value)
e(table.insert, {})  --> wrong number of arguments to 'insert'
e(table.insert, {}, 1, 2, 3)  --> wrong number of arguments to 'insert'
e(table.insert, {}, "x", 1)  --> bad argument #2 to 'table.insert' (number expected, got string)
e(table.insert, {}, 2, 1)  --> bad argument #2 to 'table.insert' (position out of bounds)
e(table.insert, {}, 0, 1)  --> bad argument #2 to 'table.insert' (position out of bounds)
e(table.insert, {}, -1, 1)  --> bad argument #2 to 'table.insert' (position out of bounds)
e(table.insert, {1, 2}, 4, 1)  --> bad argument #2 to 'table.insert' (position out of bounds)
e(table.insert, {1, 2}, 1.5, 1)  --> bad argument #2 to 'table.insert' (number has no integer representation)
e(table.insert, 1, 2)  --> bad argument #1 to 'table.insert' (table expected, got number)
e(table.insert, nil, 2)  --> bad argument #1 to 'table.insert' (table expected, got nil)
e(table.insert, io.stdout, 2)  --> bad argument #1 to 'table.insert' (table expected, got FILE*)
e(table.insert, setmetatable({}, {__len = function() return math.maxinteger end}), 0, 1)  --> bad argument #2 to 'table.insert' (position out of bounds)
e(table.move)  --> bad argument #2 to 'table.move' (number expected, got no value)
e(table.move, {})  --> bad argument #2 to 'table.move' (number expected, got no value)
e(table.move, {}, 1)  --> bad argument #3 to 'table.move' (number expected, got no value)
e(table.move, {}, 1, 2)  --> bad argument #4 to 'table.move' (number expected, got no value)
e(table.move, {}, "x", 2, 3)  --> bad argument #2 to 'table.move' (number expected, got string)
e(table.move, {}, 1, 2, 3, 4)  --> bad argument #5 to 'table.move' (table expected, got number)
e(table.move, {}, 1, math.maxinteger, 2)  --> bad argument #4 to 'table.move' (destination wrap around)
e(table.move, {}, 0, math.maxinteger, 2)  --> bad argument #3 to 'table.move' (too many elements to move)
e(table.move, {}, -1, math.maxinteger, 2)  --> bad argument #3 to 'table.move' (too many elements to move)
e(table.move, {}, math.mininteger, -1, 2)  --> bad argument #3 to 'table.move' (too many elements to move)
e(table.move, {}, math.mininteger, math.maxinteger, 0)  --> bad argument #3 to 'table.move' (too many elements to move)
print(#table.move({1, 2, 3}, 1, 0, 5), #table.move({1, 2, 3}, 3, math.mininteger, 5))  --> 3	3
e(table.remove)  --> bad argument #1 to 'table.remove' (table expected, got no value)
e(table.remove, 1)  --> bad argument #1 to 'table.remove' (table expected, got number)
e(table.remove, {}, 2)  --> bad argument #1 to 'table.remove' (position out of bounds)
e(table.remove, {1, 2}, 4)  --> bad argument #1 to 'table.remove' (position out of bounds)
e(table.remove, {1, 2}, -1)  --> bad argument #1 to 'table.remove' (position out of bounds)
e(table.remove, {1, 2}, "x")  --> bad argument #2 to 'table.remove' (number expected, got string)
e(table.remove, {1, 2}, 1.5)  --> bad argument #2 to 'table.remove' (number has no integer representation)
print(table.remove({}), table.remove({}, 0), table.remove({[0] = "zero"}, 0), table.remove({1, 2}, 3), table.remove({1, 2, [3] = 3}, 3))  --> nil	nil	zero	nil	3
e(table.sort)  --> bad argument #1 to 'table.sort' (table expected, got no value)
e(table.sort, 1)  --> bad argument #1 to 'table.sort' (table expected, got number)
e(table.sort, {1, "x"})  --> attempt to compare string with number
e(table.sort, {1, 2}, 1)  --> bad argument #2 to 'table.sort' (function expected, got number)
e(table.sort, {1, 2}, {})  --> bad argument #2 to 'table.sort' (function expected, got table)
e(table.sort, {{}, {}})  --> attempt to compare two table values
e(table.sort, {1, 2, 3}, function() error("order", 0) end)  --> order
e(table.sort, setmetatable({}, {__len = function() return math.maxinteger end}))  --> bad argument #1 to 'table.sort' (array too big)
e(table.sort, setmetatable({}, {__len = function() return 1 << 31 end}))  --> bad argument #1 to 'table.sort' (array too big)
print(pcall(table.sort, {1}, 1))  --> true
print(pcall(table.sort, {}, "none"))  --> true
e(table.unpack)  --> attempt to get length of a nil value
e(table.unpack, {}, "x")  --> bad argument #2 to 'table.unpack' (number expected, got string)
e(table.unpack, {}, 1, {})  --> bad argument #3 to 'table.unpack' (number expected, got table)
e(table.unpack, {}, 1, 1e8)  --> too many results to unpack
e(table.unpack, {}, 1, math.maxinteger)  --> too many results to unpack
e(table.unpack, {}, math.mininteger, math.maxinteger)  --> too many results to unpack
e(table.unpack, {}, 0, math.maxinteger)  --> too many results to unpack
e(table.unpack, 1)  --> attempt to get length of a number value
print(pcall(table.unpack, "abc", 1, 2))  --> true	nil	nil
print(select("#", table.unpack({}, 1, 0)), select("#", table.unpack({}, math.maxinteger, math.maxinteger)), select("#", table.unpack({}, math.mininteger, math.mininteger + 1)))  --> 0	1	2
site "local t = 1 table.insert(t, 2)"  --> c:1: bad argument #1 to 'insert' (table expected, got number)
site "local t = {} table.insert(t, 3, 2)"  --> c:1: bad argument #2 to 'insert' (position out of bounds)
site "local t = {insert = table.insert} t:insert()"  --> c:1: wrong number of arguments to 'insert'
site "local t = setmetatable({}, {__index = table}) t:insert(5, 5)"  --> c:1: bad argument #1 to 'insert' (position out of bounds)
site "local t = setmetatable({}, {__index = table}) return t:unpack({})"  --> c:1: bad argument #1 to 'unpack' (number expected, got table)
site "local t = setmetatable({}, {__index = table}) t.concat()"  --> c:1: bad argument #1 to 'concat' (table expected, got no value)
-- math: each function without and with a wrong argument.
local names = {}
for name, f in pairs(math) do if type(f) == "function" and name ~= "random" and name ~= "randomseed" and name ~= "atan2" then names[#names + 1] = name end end
table.sort(names)
for _, name in ipairs(names) do e(math[name]) if name ~= "type" then print((tostring(select(2, pcall(math[name], name ~= "tointeger" and {} or nil))):gsub("0x%x+", "ADDRESS"))) end if name ~= "tointeger" and name ~= "type" then print(name, pcall(math[name], 1, "x")) end end
--> bad argument #1 to 'math.abs' (number expected, got no value)
--> bad argument #1 to 'math.abs' (number expected, got table)
--> abs	true	1
--> bad argument #1 to 'math.acos' (number expected, got no value)
--> bad argument #1 to 'math.acos' (number expected, got table)
--> acos	true	0.0
--> bad argument #1 to 'math.asin' (number expected, got no value)
--> bad argument #1 to 'math.asin' (number expected, got table)
--> asin	true	1.5707963267949
--> bad argument #1 to 'math.atan' (number expected, got no value)
--> bad argument #1 to 'math.atan' (number expected, got table)
--> atan	false	bad argument #2 to 'math.atan' (number expected, got string)
--> bad argument #1 to 'math.ceil' (number expected, got no value)
--> bad argument #1 to 'math.ceil' (number expected, got table)
--> ceil	true	1
--> bad argument #1 to 'math.cos' (number expected, got no value)
--> bad argument #1 to 'math.cos' (number expected, got table)
--> cos	true	0.54030230586814
--> bad argument #1 to 'math.cosh' (number expected, got no value)
--> bad argument #1 to 'math.cosh' (number expected, got table)
--> cosh	true	1.5430806348152
--> bad argument #1 to 'math.deg' (number expected, got no value)
--> bad argument #1 to 'math.deg' (number expected, got table)
--> deg	true	57.295779513082
--> bad argument #1 to 'math.exp' (number expected, got no value)
--> bad argument #1 to 'math.exp' (number expected, got table)
--> exp	true	2.718281828459
--> bad argument #1 to 'math.floor' (number expected, got no value)
--> bad argument #1 to 'math.floor' (number expected, got table)
--> floor	true	1
--> bad argument #2 to 'math.fmod' (number expected, got no value)
--> bad argument #2 to 'math.fmod' (number expected, got no value)
--> fmod	false	bad argument #2 to 'math.fmod' (number expected, got string)
--> bad argument #1 to 'math.frexp' (number expected, got no value)
--> bad argument #1 to 'math.frexp' (number expected, got table)
--> frexp	true	0.5	1
--> bad argument #1 to 'math.ldexp' (number expected, got no value)
--> bad argument #1 to 'math.ldexp' (number expected, got table)
--> ldexp	false	bad argument #2 to 'math.ldexp' (number expected, got string)
--> bad argument #1 to 'math.log' (number expected, got no value)
--> bad argument #1 to 'math.log' (number expected, got table)
--> log	false	bad argument #2 to 'math.log' (number expected, got string)
--> bad argument #1 to 'math.log10' (number expected, got no value)
--> bad argument #1 to 'math.log10' (number expected, got table)
--> log10	true	0.0
--> bad argument #1 to 'math.max' (value expected)
--> table: ADDRESS
--> max	false	attempt to compare number with string
--> bad argument #1 to 'math.min' (value expected)
--> table: ADDRESS
--> min	false	attempt to compare string with number
--> bad argument #1 to 'math.modf' (number expected, got no value)
--> bad argument #1 to 'math.modf' (number expected, got table)
--> modf	true	1	0.0
--> bad argument #1 to 'math.pow' (number expected, got no value)
--> bad argument #1 to 'math.pow' (number expected, got table)
--> pow	false	bad argument #2 to 'math.pow' (number expected, got string)
--> bad argument #1 to 'math.rad' (number expected, got no value)
--> bad argument #1 to 'math.rad' (number expected, got table)
--> rad	true	0.017453292519943
--> bad argument #1 to 'math.sin' (number expected, got no value)
--> bad argument #1 to 'math.sin' (number expected, got table)
--> sin	true	0.8414709848079
--> bad argument #1 to 'math.sinh' (number expected, got no value)
--> bad argument #1 to 'math.sinh' (number expected, got table)
--> sinh	true	1.1752011936438
--> bad argument #1 to 'math.sqrt' (number expected, got no value)
--> bad argument #1 to 'math.sqrt' (number expected, got table)
--> sqrt	true	1.0
--> bad argument #1 to 'math.tan' (number expected, got no value)
--> bad argument #1 to 'math.tan' (number expected, got table)
--> tan	true	1.5574077246549
--> bad argument #1 to 'math.tanh' (number expected, got no value)
--> bad argument #1 to 'math.tanh' (number expected, got table)
--> tanh	true	0.76159415595576
--> bad argument #1 to 'math.tointeger' (value expected)
--> nil
--> bad argument #1 to 'math.type' (value expected)
--> bad argument #1 to 'math.ult' (number expected, got no value)
--> bad argument #1 to 'math.ult' (number expected, got table)
--> ult	false	bad argument #2 to 'math.ult' (number expected, got string)
e(math.tointeger, "x")  --> nil
e(math.fmod, 5, 0)  --> bad argument #2 to 'math.fmod' (zero)
e(math.fmod, math.mininteger, 0)  --> bad argument #2 to 'math.fmod' (zero)
e(math.fmod, 5.0, 0)  --> -nan
e(math.ult, 1, 2.5)  --> bad argument #2 to 'math.ult' (number has no integer representation)
e(math.ldexp, 1, 2.5)  --> bad argument #2 to 'math.ldexp' (number has no integer representation)
e(math.log, 8, {})  --> bad argument #2 to 'math.log' (number expected, got table)
e(math.log, 0, 0)  --> -nan
e(math.max, 1, nil)  --> attempt to compare number with nil
e(math.max, 1, 2, "x")  --> attempt to compare number with string
e(math.min, {}, 1)  --> attempt to compare number with table
e(math.random, 1.5)  --> bad argument #1 to 'math.random' (number has no integer representation)
e(math.random, {})  --> bad argument #1 to 'math.random' (number expected, got table)
e(math.random, 1, {})  --> bad argument #2 to 'math.random' (number expected, got table)
e(math.random, 1, 2.5)  --> bad argument #2 to 'math.random' (number has no integer representation)
e(math.random, 2, 1)  --> bad argument #1 to 'math.random' (interval is empty)
e(math.random, 1, 2, 3)  --> wrong number of arguments
e(math.random, math.maxinteger, math.mininteger)  --> bad argument #1 to 'math.random' (interval is empty)
e(math.randomseed, {})  --> bad argument #1 to 'math.randomseed' (number expected, got table)
e(math.randomseed, 1, {})  --> bad argument #2 to 'math.randomseed' (number expected, got table)
e(math.randomseed, 1, 1.5)  --> bad argument #2 to 'math.randomseed' (number has no integer representation)
site "math.floor('x')"  --> c:1: bad argument #1 to 'floor' (number expected, got string)
site "local f = math.max f()"  --> c:1: bad argument #1 to 'f' (value expected)
site "local x = 'y' return math.abs(x)"  --> c:1: bad argument #1 to 'abs' (number expected, got string)
site "return -math.random(0.5)"  --> c:1: bad argument #1 to 'random' (number has no integer representation)
-- Strings stand for numbers, with their kind.
print(math.abs("-3"), math.floor("3.7"), math.ceil("0x10"), math.fmod("7", "4"), math.type("1"), math.tointeger("0x10"), math.ult("1", "2"), math.sqrt("4"), math.pow("2", 3))  --> 3.0	3	16	3.0	nil	16	true	2.0	8.0
