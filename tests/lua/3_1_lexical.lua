-- Manual 3.1: names, keywords, strings with escapes, numerals, comments.
local _a, a1, A, _ = 1, 2, 3, 4
assert(_a + a1 + A + _ == 10)
for _, word in ipairs {"and", "break", "do", "else", "elseif", "end", "false", "for", "function",
    "goto", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"} do
  assert(not load("local " .. word .. " = 1"), word)
  assert(load("local t = {" .. word .. "1 = 1}; return t." .. word .. "1"), word)
end

-- Escapes.
print("\65\066\x43\u{44}\z
       E")                                    --> ABCDE
assert("\a\b\f\n\r\t\v\\\"\'" == string.char(7, 8, 12, 10, 13, 9, 11, 92, 34, 39))
assert("\0\00\000" == "\0\0\0" and "\1234" == "{4")
assert("a\
b" == "a\nb")
assert("\z   \n" == "\n" and "a\z

   b" == "ab")
assert("\u{0}" == "\0" and "\u{7F}" == "\x7F" and "\u{80}" == "\xC2\x80" and "\u{7FF}" == "\xDF\xBF")
assert("\u{800}" == "\xE0\xA0\x80" and "\u{FFFF}" == "\xEF\xBF\xBF" and "\u{10000}" == "\xF0\x90\x80\x80")
assert("\u{7FFFFFFF}" == "\xFD\xBF\xBF\xBF\xBF\xBF" and "\u{000041}" == "A")

-- Long brackets.
assert([[
first newline dropped]] == "first newline dropped")
assert([==[a]]b]=]c]==] == "a]]b]=]c" and [[]] == "" and [=[]]]=] == "]]")
assert([[\n]] == "\\n" and #[[

x]] == 2)
assert(load("return [[a\r\nb]]")() == "a\nb")
assert(load("return [[a\n\rb\rc\nd]]")() == "a\nb\nc\nd")
assert(load("return 'a\\\r\nb'")() == "a\nb")

-- Comments.
--[[ long
comment ]] local c1 = 1
--[==[ ]] ]=] ]==] local c2 = 2
---[[ not long
local c3 = 3
--]]
assert(c1 + c2 + c3 == 6)
assert(load("--")) assert(load("--[[]]")) assert(load("-- x\n--[=[\n]=]return 1")() == 1)
assert(load("# not a comment") == nil)

-- Numerals.
print(3, 345, 0xff, 0xBEBADA, 3.0, 3.1416, 314.16e-2, 0.31416E1, 34e1)
--> 3	345	255	12499674	3.0	3.1416	3.1416	3.1416	340.0
print(0x0.1E, 0xA23p-4, 0X1.921FB54442D18P+1, .5, 5., 0x.8, 0x8., 1e2, 0xAp1)
--> 0.1171875	162.1875	3.1415926535898	0.5	5.0	0.5	8.0	100.0	20.0
print(9223372036854775807, 9223372036854775808, 0xffffffffffffffff, 0x1ffffffffffffffff)
--> 9223372036854775807	9.2233720368548e+18	-1	-1
print(0x7fffffffffffffff, 0x8000000000000000, 1e308, 1e309, -1e309)
--> 9223372036854775807	-9223372036854775808	1e+308	inf	-inf
print(140737488355327, 140737488355328, -140737488355328, -140737488355329, 0x800000000000)
--> 140737488355327	140737488355328	-140737488355328	-140737488355329	140737488355328
assert(0e12 == 0 and 00012 == 12 and 0x00F == 15 and 1E+2 == 100 and math.type(1e0) == "float")
assert(5e-324 > 0 and 2.2250738585072014e-308 > 0 and 1.7976931348623157e308 < math.huge and 5e-325 == 0)
assert(0.1 + 0.2 ~= 0.3 and 0.1 + 0.2 == 0.30000000000000004)

-- Operators and their neighbours.
local t = {1, 2, 3}
assert(#t-1 == 2 and 2^-1 == 0.5 and 1 ..2 == "12" and 3//2 == 1 and 1<<2>>1 == 2 and 5~3 == 6 and ~0 == -1)
assert(1~=2 and not(1==2) and 2>=1 and 1<=2 and 2>1)

-- What is refused, and how.
local function refuse(code)
  local f, m = load(code, "=l")
  assert(f == nil)
  return m
end
print(refuse("x = 'abc"))             --> l:1: unfinished string near <eof>
print(refuse("x = 'abc\ndef'"))       --> l:1: unfinished string near ''abc'
print(refuse('x = "abc\\'))           --> l:1: unfinished string near <eof>
print(refuse("x = [[abc\n\n"))        --> l:3: unfinished long string (starting at line 1) near <eof>
print(refuse("\n--[==[abc\n"))        --> l:3: unfinished long comment (starting at line 2) near <eof>
print(refuse("x = [=abc"))            --> l:1: invalid long string delimiter near '[='
print(refuse("x = '\\q'"))            --> l:1: invalid escape sequence near ''\q'
print(refuse("x = '\\xg0'"))          --> l:1: hexadecimal digit expected near ''\xg'
print(refuse("x = '\\x1'"))           --> l:1: hexadecimal digit expected near ''\x1''
print(refuse("x = '\\300'"))          --> l:1: decimal escape too large near ''\300''
print(refuse("x = '\\u{110000000}'")) --> l:1: UTF-8 value too large near ''\u{110000000'
print(refuse("x = '\\u41'"))          --> l:1: missing '{' near ''\u4'
print(refuse("x = '\\u{}'"))          --> l:1: hexadecimal digit expected near ''\u{}'
print(refuse("x = '\\u{41'"))         --> l:1: missing '}' near ''\u{41''
print(refuse("x = 1a"))               --> l:1: malformed number near '1a'
print(refuse("x = 0x"))               --> l:1: malformed number near '0x'
print(refuse("x = 0xg"))              --> l:1: malformed number near '0xg'
print(refuse("x = 1e"))               --> l:1: malformed number near '1e'
print(refuse("x = 1..2"))             --> l:1: malformed number near '1..2'
print(refuse("x = 1.2.3"))            --> l:1: malformed number near '1.2.3'
print(refuse("x = 3_0"))              --> l:1: malformed number near '3_'
print(refuse("x = @"))                --> l:1: unexpected symbol near '@'
print(refuse("x = \1"))               --> l:1: unexpected symbol near '<\1>'
print(refuse("x = 1 $"))              --> l:1: unexpected symbol near '$'
print(refuse("x = = 2"))              --> l:1: unexpected symbol near '='
print(refuse("for for"))              --> l:1: <name> expected near 'for'
print(refuse("x ="))                  --> l:1: unexpected symbol near <eof>
print(refuse("x = }"))                --> l:1: unexpected symbol near '}'
print(refuse("x"))                    --> l:1: syntax error near <eof>
print(refuse("x.y"))                  --> l:1: syntax error near <eof>
print(refuse("x, y"))                 --> l:1: '=' expected near <eof>
print(refuse("f() = 1"))              --> l:1: syntax error near '='
print(refuse("(a) = 1; (b + c) = 2")) --> l:1: syntax error near '='
print(refuse("local function"))       --> l:1: <name> expected near <eof>
print(refuse("return return"))        --> l:1: unexpected symbol near 'return'
print(refuse("return 1 x"))           --> l:1: <eof> expected near 'x'
print(refuse("end"))                  --> l:1: <eof> expected near 'end'
print(refuse("if x then\n\nelse"))    --> l:3: 'end' expected (to close 'if' at line 1) near <eof>
print(refuse("while x do"))           --> l:1: 'end' expected near <eof>
print(refuse("\n\nfor i = 1, 2 do\n\n")) --> l:5: 'end' expected (to close 'for' at line 3) near <eof>
print(refuse("repeat\nx()\n"))        --> l:3: 'until' expected (to close 'repeat' at line 1) near <eof>
print(refuse("f(1,\n2"))              --> l:2: ')' expected (to close '(' at line 1) near <eof>
print(refuse("t = {1,\n2\n"))         --> l:3: '}' expected (to close '{' at line 1) near <eof>
print(refuse("if x"))                 --> l:1: 'then' expected near <eof>
print(refuse("for i do"))             --> l:1: '=' or 'in' expected near 'do'
print(refuse("for i = 1 do"))         --> l:1: ',' expected near 'do'
print(refuse("a.1 = 2"))              --> l:1: syntax error near '.1'
print(refuse("function a.b:c.d() end"))  --> l:1: '(' expected near '.'
print(refuse("function f(a, ..., b) end"))  --> l:1: ')' expected near ','
print(refuse("function f(1) end"))    --> l:1: <name> or '...' expected near '1'
print(refuse("local x <foo> = 1"))    --> l:1: unknown attribute 'foo'
print(refuse("local x <const> = 1; x = 2"))  --> l:1: attempt to assign to const variable 'x'
print(refuse("goto x"))               --> l:1: no visible label 'x' for <goto> at line 1
print(refuse("break"))                -->~ l:1: break outside (a )?loop at line 1
print(refuse("::a:: ::a::"))          --> l:1: label 'a' already defined on line 1
print(refuse("function f() return ... end"))  --> l:1: cannot use '...' outside a vararg function near '...'
