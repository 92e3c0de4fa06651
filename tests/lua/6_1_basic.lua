-- Manual 6.1: the basic functions (assert, error, pcall and collectgarbage have scripts of their own).
-- dofile, load, loadfile
local function pieces(...) local list, i = {...}, 0 return function() i = i + 1 return list[i] end end
print(load(pieces("return ", "1 ", "+ 2", nil))())         --> 3
print(load(pieces("return ", "1", "", "2"))())               --> 1
print(load(pieces())())                                      -->
print(pcall(load, function() return {} end))                         --> true	nil	reader function must return a string
print(pcall(load, function() error("reader") end))                  --> true	nil	6_1_basic.lua:8: reader
print(pcall(load, 1))                                        --> true	nil	[string "1"]:1: unexpected symbol near '1'
print(pcall(load, {}))                                       --> false	bad argument #1 to 'load' (function expected, got table)
print(load("return", "=x", "b"))                             --> nil	attempt to load a text chunk (mode is 'b')
print(load(string.dump(function() return 7 end), "d", "b")())  --> 7
print(load(string.dump(function() end), "d", "t"))           --> nil	attempt to load a binary chunk (mode is 't')
print(load("syntax error here", "@file.lua"))                --> nil	file.lua:1: syntax error near 'error'
print(load("x =", "=(name)"))                                --> nil	(name):1: unexpected symbol near <eof>
print(load("x =", "a long chunk name that is a program text\nwith lines"))  --> nil	[string "a long chunk name that is a program text..."]:1: unexpected symbol near <eof>
print(load("x =", ("long"):rep(50)))                         --> nil	[string "longlonglonglonglonglonglonglonglonglonglongl..."]:1: unexpected symbol near <eof>
print(load("x =", "@" .. ("path/"):rep(20) .. "file.lua"))   --> nil	...th/path/path/path/path/path/path/path/path/path/file.lua:1: unexpected symbol near <eof>
print(load("\n\nx ="))                                       --> nil	[string "..."]:3: unexpected symbol near <eof>
print(load("return ...", "c", "t")(1, 2))                    --> 1	2
print(loadfile("/no/such/file.lua"))                         --> nil	cannot open /no/such/file.lua: No such file or directory
print(pcall(dofile, "/no/such/file.lua"))                    --> false	cannot open /no/such/file.lua: No such file or directory
local name = os.tmpname()
local function write(s) local f = assert(io.open(name, "wb")) f:write(s) f:close() end
write("x = 1 return ..., _ENV")
local env = {}
print(select(2, loadfile(name, "t", env)("a")) == env, env.x)  --> true	1
write("error('from file')")
print((select(2, pcall(dofile, name)):gsub("^.*:(%d+:)", "%1")))  --> 1: from file
write(string.dump(load("return 'binary', ...")))
print(loadfile(name)(1))                                     --> binary	1
print((select(2, loadfile(name, "t")):gsub("^.*:", "")))     --> attempt to load a binary chunk (mode is 't')
os.remove(name)
-- next, pairs, ipairs
print(next({}), next({10}), next({a = 1}))                   --> nil	1	a	1
print(next({10, 20}, 1), next({10, 20}, 2))                  --> 2	nil
print(next({10}, 1))                                         --> nil
print(pcall(next, {}, "nokey"))                              --> false	invalid key to 'next'
print(pcall(next, {1, 2}, 5))                                --> false	invalid key to 'next'
print(pcall(next))                                           --> false	bad argument #1 to 'next' (table expected, got no value)
print(pcall(ipairs))                                         --> false	bad argument #1 to 'ipairs' (value expected)
print(select("#", pairs{}), select("#", ipairs{}), select("#", next({})))  --> 3	3	1
print(rawequal("a", "a"), rawequal({}, {}), rawequal(1, 1.0), pcall(rawequal, 1))   --> true	false	true	false	bad argument #2 to 'rawequal' (value expected)
print(rawlen({1, 2}), rawlen("abc"), pcall(rawlen, 1))       --> 2	3	false	bad argument #1 to 'rawlen' (table or string expected, got number)
print(rawget({10}, 1), rawset({}, 1, 2)[1], pcall(rawget, 1, 1))  --> 10	2	false	bad argument #1 to 'rawget' (table expected, got number)
print(pcall(rawset, {}, 1))                                  --> false	bad argument #3 to 'rawset' (value expected)
-- select
print(select("#"), select("#", nil, nil), select(2, "a", "b", "c"))   --> 0	2	b	c
print(select(-1, "a", "b"), select(-2, "a", "b"))            --> b	a	b
print(select(3, 1, 2), select(2.0, 1, 2))                    --> nil	2
print(pcall(select, 0))                                      --> false	bad argument #1 to 'select' (index out of range)
print(pcall(select, -3, 1, 2))                               --> false	bad argument #1 to 'select' (index out of range)
print(pcall(select, "x"))                                    --> false	bad argument #1 to 'select' (number expected, got string)
print(pcall(select))                                         --> false	bad argument #1 to 'select' (number expected, got no value)
-- tonumber with bases
print(tonumber("10", 2), tonumber("ff", 16), tonumber("FF", 16), tonumber("zz", 36), tonumber("-7", 8), tonumber(" 11 ", 2))  --> 2	255	255	1295	-7	3
print(tonumber("8", 8), tonumber("", 10), tonumber("1.0", 10), tonumber("g", 16), tonumber("1 1", 2))   --> nil	nil	nil	nil	nil
print(tonumber("7fffffffffffffff", 16), tonumber("ffffffffffffffff", 16), tonumber("1" .. ("0"):rep(64), 2))  --> 9223372036854775807	-1	0
print(pcall(tonumber, "10", 1))                              --> false	bad argument #2 to 'tonumber' (base out of range)
print(pcall(tonumber, "10", 37))                             --> false	bad argument #2 to 'tonumber' (base out of range)
print(pcall(tonumber, 10, 10))                               --> false	bad argument #1 to 'tonumber' (string expected, got number)
print(pcall(tonumber))                                       --> false	bad argument #1 to 'tonumber' (value expected)
print(tonumber(nil) == nil, tonumber({}), tonumber(true), tonumber("0x"), tonumber(5), tonumber(5.5))   --> true	nil	nil	nil	5	5.5
-- tostring, type, print
print(tostring(1), tostring(1.0), tostring(-0.0), tostring(1e100), tostring("x"), tostring(nil), tostring(true))   --> 1	1.0	-0.0	1e+100	x	nil	true
print(pcall(tostring))                                       --> false	bad argument #1 to 'tostring' (value expected)
print(pcall(type))                                           --> false	bad argument #1 to 'type' (value expected)
print(nil, false, 1, "two", 3.0, nil)                        --> nil	false	1	two	3.0	nil
print()                                                      -->
print(("a\0b"):byte(1, -1))                                  --> 97	0	98
print(setmetatable({}, {__tostring = function() return "custom" end}), setmetatable({}, {__name = "N"}) ~= nil)  --> custom	true
-- getmetatable and setmetatable return and protect (see 2_4)
local t = {}
assert(setmetatable(t, nil) == t and getmetatable(t) == nil and getmetatable(1) == nil and getmetatable("").__index == string)
assert(_VERSION == "Lua 5.4" and _G._G == _G)
-- ipairs stops at the first nil, respects __index, sees changes while running.
local r = {}
for i, v in ipairs(setmetatable({1, 2}, {__index = {3, 3, 3, 4}})) do r[#r + 1] = v end
print(table.concat(r, " "))                                  --> 1 2 3 4
local list = {1, 2, 3}
for i, v in ipairs(list) do if i < 10 then list[i + 3] = v end end
assert(#list == 12)
-- pairs order of the list part, and removal while traversing.
local p = {}
for i = 1, 100 do p[i] = i p["k" .. i] = i end
local n = 0
for k, v in pairs(p) do p[k] = nil n = n + 1 end
assert(n == 200 and next(p) == nil)
-- what there is
local names = {}
for k in pairs(_G) do if k ~= "r" and type(k) == "string" then names[#names + 1] = k end end
table.sort(names)
print(table.concat(names, " "))                              --> _G _VERSION arg assert collectgarbage coroutine debug dofile error getmetatable io ipairs load loadfile math next os package pairs pcall print rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring type utf8 warn xpcall
for _, lib in ipairs {"coroutine", "debug", "io", "math", "os", "package", "string", "table", "utf8"} do
  local fields = {}
  for k in pairs(_G[lib]) do fields[#fields + 1] = k end
  table.sort(fields)
  print(lib .. ": " .. table.concat(fields, " "))
end
--> coroutine: close create isyieldable resume running status wrap yield
--> debug: debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue setcstacklimit sethook setlocal setmetatable setupvalue setuservalue traceback upvalueid upvaluejoin
--> io: close flush input lines open output popen read stderr stdin stdout tmpfile type write
--> math: abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max maxinteger min mininteger modf pi pow rad random randomseed sin sinh sqrt tan tanh tointeger type ult
--> os: clock date difftime execute exit getenv remove rename setlocale time tmpname
--> package: config cpath loaded loadlib path preload searchers searchpath
--> string: byte char dump find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper
--> table: concat insert move pack remove sort unpack
--> utf8: char charpattern codepoint codes len offset
