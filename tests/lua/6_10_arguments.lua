-- Manual 6.10: what the functions of debug say about wrong arguments, and what they do at the borders.
local function e(f, ...) print((select(2, pcall(f, ...)))) end
local function site(text, ...) e(assert(load(text, "=c")), ...) end
local co = coroutine.create(function(a, ...) local b = a coroutine.yield() end)
coroutine.resume(co, 1, 2)
local function f(a, b) local c return a, c end
e(debug.getinfo)  --> bad argument #1 to 'debug.getinfo' (number expected, got no value)
e(debug.getinfo, "x")  --> bad argument #1 to 'debug.getinfo' (number expected, got string)
e(debug.getinfo, {})  --> bad argument #1 to 'debug.getinfo' (number expected, got table)
e(debug.getinfo, 1, {})  --> bad argument #2 to 'debug.getinfo' (string expected, got table)
e(debug.getinfo, 1, "X")  --> bad argument #2 to 'debug.getinfo' (invalid option)
e(debug.getinfo, 1, ">")  --> bad argument #2 to 'debug.getinfo' (invalid option '>')
e(debug.getinfo, type, ">f")  --> bad argument #2 to 'debug.getinfo' (invalid option '>')
e(debug.getinfo, 1, "nSlutfrLX")  --> bad argument #2 to 'debug.getinfo' (invalid option)
e(debug.getinfo, co)  --> bad argument #2 to 'debug.getinfo' (number expected, got no value)
e(debug.getinfo, co, "x")  --> bad argument #2 to 'debug.getinfo' (number expected, got string)
e(debug.getinfo, co, 0, "X")  --> bad argument #3 to 'debug.getinfo' (invalid option)
e(debug.getinfo, 1.5)  --> bad argument #1 to 'debug.getinfo' (number has no integer representation)
print(debug.getinfo(50), debug.getinfo(-1), debug.getinfo(co, 50), debug.getinfo(co, 1, "l").currentline, debug.getinfo(co, 0, "n").name)  --> nil	nil	nil	4	yield
print(next(debug.getinfo(1, "")), debug.getinfo(type, "l").currentline, debug.getinfo(type, "L").activelines, debug.getinfo(1, "t").istailcall)  --> nil	-1	nil	false
e(debug.getlocal)  --> bad argument #2 to 'debug.getlocal' (number expected, got no value)
e(debug.getlocal, 1)  --> bad argument #2 to 'debug.getlocal' (number expected, got no value)
e(debug.getlocal, "x", 1)  --> bad argument #1 to 'debug.getlocal' (number expected, got string)
e(debug.getlocal, 50, 1)  --> bad argument #1 to 'debug.getlocal' (level out of range)
e(debug.getlocal, -1, 1)  --> bad argument #1 to 'debug.getlocal' (level out of range)
e(debug.getlocal, 1, "x")  --> bad argument #2 to 'debug.getlocal' (number expected, got string)
e(debug.getlocal, f, "x")  --> bad argument #2 to 'debug.getlocal' (number expected, got string)
e(debug.getlocal, co)  --> bad argument #3 to 'debug.getlocal' (number expected, got no value)
e(debug.getlocal, co, 50, 1)  --> bad argument #2 to 'debug.getlocal' (level out of range)
print(debug.getlocal(co, 1, 1), debug.getlocal(co, 1, 2), debug.getlocal(co, 1, 3), debug.getlocal(co, 1, -1), debug.getlocal(co, 1, -2))  --> a	b	nil	(vararg)	nil
print(debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getlocal(f, 3), debug.getlocal(f, 0), debug.getlocal(f, -1), debug.getlocal(type, 1))  --> a	b	nil	nil	nil	nil
e(debug.setlocal)  --> bad argument #1 to 'debug.setlocal' (number expected, got no value)
e(debug.setlocal, 1)  --> bad argument #2 to 'debug.setlocal' (number expected, got no value)
e(debug.setlocal, 1, 1)  --> bad argument #3 to 'debug.setlocal' (value expected)
e(debug.setlocal, 50, 1, 1)  --> bad argument #1 to 'debug.setlocal' (level out of range)
e(debug.setlocal, co, 1, 1)  --> bad argument #4 to 'debug.setlocal' (value expected)
e(debug.setlocal, co, 50, 1, 1)  --> bad argument #2 to 'debug.setlocal' (level out of range)
e(debug.setlocal, f, 1, 1)  --> bad argument #1 to 'debug.setlocal' (number expected, got function)
print(debug.setlocal(co, 1, 1, "new"), debug.getlocal(co, 1, 1), debug.setlocal(co, 1, 50, 1), debug.setlocal(co, 1, -1, "v"), debug.getlocal(co, 1, -1))  --> a	a	nil	(vararg)	(vararg)	v
e(debug.getupvalue)  --> bad argument #2 to 'debug.getupvalue' (number expected, got no value)
e(debug.getupvalue, 1, 1)  --> bad argument #1 to 'debug.getupvalue' (function expected, got number)
e(debug.getupvalue, f)  --> bad argument #2 to 'debug.getupvalue' (number expected, got no value)
e(debug.getupvalue, f, "x")  --> bad argument #2 to 'debug.getupvalue' (number expected, got string)
print(debug.getupvalue(f, 1), debug.getupvalue(e, 0), debug.getupvalue(e, -1), debug.getupvalue(e, 256), debug.getupvalue(type, 1))  --> nil	nil	nil	nil
print((debug.getupvalue(e, 1)))  --> _ENV
e(debug.setupvalue)  --> bad argument #3 to 'debug.setupvalue' (value expected)
e(debug.setupvalue, f, 1)  --> bad argument #3 to 'debug.setupvalue' (value expected)
e(debug.setupvalue, 1, 1, 1)  --> bad argument #1 to 'debug.setupvalue' (function expected, got number)
e(debug.setupvalue, f, "x", 1)  --> bad argument #2 to 'debug.setupvalue' (number expected, got string)
print(debug.setupvalue(f, 1, 1), debug.setupvalue(type, 1, 1))  --> nil
e(debug.upvalueid)  --> bad argument #2 to 'debug.upvalueid' (number expected, got no value)
e(debug.upvalueid, 1, 1)  --> bad argument #1 to 'debug.upvalueid' (function expected, got number)
e(debug.upvalueid, f)  --> bad argument #2 to 'debug.upvalueid' (number expected, got no value)
e(debug.upvalueid, f, "x")  --> bad argument #2 to 'debug.upvalueid' (number expected, got string)
print(debug.upvalueid(f, 1), debug.upvalueid(type, 1), debug.upvalueid(e, 0), debug.upvalueid(e, 256))  --> nil	nil	nil	nil
e(debug.upvaluejoin)  --> bad argument #2 to 'debug.upvaluejoin' (number expected, got no value)
e(debug.upvaluejoin, e, 1, 1, 1)  --> bad argument #3 to 'debug.upvaluejoin' (function expected, got number)
e(debug.upvaluejoin, e, 1, e)  --> bad argument #4 to 'debug.upvaluejoin' (number expected, got no value)
e(debug.upvaluejoin, e, 99, e, 1)  --> bad argument #2 to 'debug.upvaluejoin' (invalid upvalue index)
e(debug.upvaluejoin, e, 1, e, 99)  --> bad argument #4 to 'debug.upvaluejoin' (invalid upvalue index)
e(debug.upvaluejoin, type, 1, e, 1)  --> bad argument #2 to 'debug.upvaluejoin' (invalid upvalue index)
e(debug.upvaluejoin, e, 1, type, 1)  --> bad argument #4 to 'debug.upvaluejoin' (invalid upvalue index)
e(debug.upvaluejoin, e, 1, string.gmatch("x", "x"), 1)  --> bad argument #3 to 'debug.upvaluejoin' (Lua function expected)
e(debug.upvaluejoin, string.gmatch("x", "x"), 1, e, 1)  --> bad argument #1 to 'debug.upvaluejoin' (Lua function expected)
e(debug.getmetatable)  --> bad argument #1 to 'debug.getmetatable' (value expected)
e(debug.setmetatable)  --> bad argument #2 to 'debug.setmetatable' (nil or table expected, got no value)
e(debug.setmetatable, {})  --> bad argument #2 to 'debug.setmetatable' (nil or table expected, got no value)
e(debug.setmetatable, {}, 1)  --> bad argument #2 to 'debug.setmetatable' (nil or table expected, got number)
e(debug.setmetatable, 1, "x")  --> bad argument #2 to 'debug.setmetatable' (nil or table expected, got string)
print(debug.setmetatable(10, {__index = function(n, k) return k .. n end}), (5).field, debug.getmetatable(1) == debug.getmetatable(2.5))  --> 10	field5	true
print(debug.setmetatable(10, nil), debug.getmetatable(1))  --> 10	nil
debug.setmetatable(nil, {__call = function(_, x) return "nil called", x end}) print((nil)(5)) debug.setmetatable(nil, nil)  --> nil called	5
debug.setmetatable(print, {__index = {doc = "a function"}}) print(print.doc, e.doc) debug.setmetatable(print, nil)  --> a function	a function
debug.setmetatable(true, {__add = function() return "booleans" end}) print(true + false) debug.setmetatable(true, nil)  --> booleans
debug.setmetatable(co, {__len = function() return 7 end}) print(#co) debug.setmetatable(co, nil)  --> 7
print(debug.setmetatable(setmetatable({}, {__metatable = "locked"}), nil) ~= nil, debug.getmetatable("").__index == string)  --> true	true
e(debug.getuservalue)  --> nil
e(debug.getuservalue, io.stdout, "x")  --> bad argument #2 to 'debug.getuservalue' (number expected, got string)
print(debug.getuservalue(1), debug.getuservalue({}, 1), debug.getuservalue(io.stdout), debug.getuservalue(io.stdout, 0), debug.getuservalue(io.stdout, 5))  --> nil	nil	nil	nil	nil
e(debug.setuservalue)  --> bad argument #1 to 'debug.setuservalue' (userdata expected, got no value)
e(debug.setuservalue, 1, 2)  --> bad argument #1 to 'debug.setuservalue' (userdata expected, got number)
e(debug.setuservalue, io.stdout)  --> bad argument #2 to 'debug.setuservalue' (value expected)
e(debug.setuservalue, io.stdout, 1, "x")  --> bad argument #3 to 'debug.setuservalue' (number expected, got string)
print(debug.setuservalue(io.stdout, 1), debug.setuservalue(io.stdout, 1, 0), debug.setuservalue(io.stdout, 1, -1))  --> nil	nil	nil
e(debug.sethook, 1)  --> bad argument #2 to 'debug.sethook' (string expected, got no value)
e(debug.sethook, print)  --> bad argument #2 to 'debug.sethook' (string expected, got no value)
e(debug.sethook, print, {})  --> bad argument #2 to 'debug.sethook' (string expected, got table)
e(debug.sethook, print, "c", "x")  --> bad argument #3 to 'debug.sethook' (number expected, got string)
e(debug.sethook, co, 1)  --> bad argument #3 to 'debug.sethook' (string expected, got no value)
e(debug.sethook, co, print)  --> bad argument #3 to 'debug.sethook' (string expected, got no value)
print(debug.gethook())  --> nil
print(debug.gethook(co))  --> nil
debug.sethook(co, print, "crl", 5)
print(select(2, debug.gethook(co)), select(3, debug.gethook(co)), debug.gethook(co) == print, debug.gethook())  --> crl	5	true	nil
debug.sethook(co)
print(debug.gethook(co))  --> nil
debug.sethook(print, "", 0) print(debug.gethook())  --> nil
debug.sethook(print, "xyz") print(debug.gethook())  --> nil
debug.sethook(nil, "c") print(debug.gethook())  --> nil
e(debug.gethook, 1)  --> nil
e(debug.traceback, "m", "x")  --> bad argument #2 to 'debug.traceback' (number expected, got string)
e(debug.traceback, co, "m", "x")  --> bad argument #3 to 'debug.traceback' (number expected, got string)
print(debug.traceback(nil) == nil, debug.traceback(5), debug.traceback({}) ~= nil, debug.traceback(true), debug.traceback(print) == print)
--> false	5
--> stack traceback:
--> 	6_10_arguments.lua:103: in main chunk
--> 	[C]: in ?	true	true	true
print(debug.traceback("m", 50))
--> m
--> stack traceback:
print((debug.traceback(co)))
--> stack traceback:
--> 	[C]: in function 'coroutine.yield'
--> 	6_10_arguments.lua:4: in function <6_10_arguments.lua:4>
print((debug.traceback(co, "m", 1)))
--> m
--> stack traceback:
--> 	6_10_arguments.lua:4: in function <6_10_arguments.lua:4>
print((debug.traceback(co, nil, 2)))  --> stack traceback:
print(debug.traceback(co, {}) ~= nil, debug.traceback(co, 12, 50))
--> true	12
--> stack traceback:
print(debug.traceback(coroutine.create(print)))  --> stack traceback:
e(debug.setcstacklimit)  --> bad argument #1 to 'debug.setcstacklimit' (number expected, got no value)
e(debug.setcstacklimit, "x")  --> bad argument #1 to 'debug.setcstacklimit' (number expected, got string)
print(debug.setcstacklimit(100), debug.setcstacklimit(1))  --> 200	200
print(type(debug.getregistry()), debug.getregistry()[2] == _G, debug.getregistry()._LOADED == package.loaded)  --> table	true	true
site "debug.getinfo()"  --> c:1: bad argument #1 to 'getinfo' (number expected, got no value)
site "debug.getinfo(1, 'X')"  --> c:1: bad argument #2 to 'getinfo' (invalid option)
site "debug.sethook(1)"  --> c:1: bad argument #2 to 'sethook' (string expected, got no value)
site "debug.getlocal(99, 1)"  --> c:1: bad argument #1 to 'getlocal' (level out of range)
site "debug.setuservalue({})"  --> c:1: bad argument #1 to 'setuservalue' (userdata expected, got table)
-- Long tracebacks leave out what is in the middle.
local function deep(n) if n == 0 then return debug.traceback("deep") end return (deep(n - 1)) end
local count, skipped = 0, nil
for line in deep(100):gmatch("[^\n]+") do count = count + 1 skipped = skipped or line:match("%.%.%..*") end
print(count, skipped)  --> 24	...	(skipping 81 levels)
count = 0
for _ in deep(18):gmatch("[^\n]+") do count = count + 1 end
print(count, deep(18):find("...", 1, true), deep(19):find("skipping", 1, true) ~= nil)  --> 23	nil	false
-- Each kind of function in a traceback.
local t = {}
function t.field() return debug.traceback("kinds") end
function t:method() return (t.field()) end
function global_function() return (t:method()) end
local function upvalue_function() return (global_function()) end
local function with_upvalue() return (upvalue_function()) end
local mt = setmetatable({}, {__index = function() return (with_upvalue()) end, __add = function(a) return a.x end, __close = function() print((debug.traceback("closing"))) end})
local function tail() return with_upvalue() end
print((mt + 1))
--> kinds
--> stack traceback:
--> 	6_10_arguments.lua:143: in field 'field'
--> 	6_10_arguments.lua:144: in method 'method'
--> 	6_10_arguments.lua:145: in function 'global_function'
--> 	6_10_arguments.lua:146: in upvalue 'upvalue_function'
--> 	6_10_arguments.lua:147: in upvalue 'with_upvalue'
--> 	6_10_arguments.lua:148: in metamethod 'index'
--> 	6_10_arguments.lua:148: in metamethod 'add'
--> 	6_10_arguments.lua:150: in main chunk
--> 	[C]: in ?
print((tail()))
--> kinds
--> stack traceback:
--> 	6_10_arguments.lua:143: in field 'field'
--> 	6_10_arguments.lua:144: in method 'method'
--> 	6_10_arguments.lua:145: in function 'global_function'
--> 	6_10_arguments.lua:146: in upvalue 'upvalue_function'
--> 	6_10_arguments.lua:147: in function <6_10_arguments.lua:147>
--> 	(...tail calls...)
--> 	6_10_arguments.lua:162: in main chunk
--> 	[C]: in ?
do local c <close> = mt end
--> closing
--> stack traceback:
--> 	6_10_arguments.lua:148: in metamethod 'close'
--> 	6_10_arguments.lua:173: in main chunk
--> 	[C]: in ?
print(select(2, pcall(string.gsub, "x", "x", function() return (debug.traceback("in gsub")) end)))
--> in gsub
--> stack traceback:
--> 	6_10_arguments.lua:179: in function <6_10_arguments.lua:179>
--> 	[C]: in function 'string.gsub'
--> 	[C]: in function 'pcall'
--> 	6_10_arguments.lua:179: in main chunk
--> 	[C]: in ?	1
print((coroutine.wrap(function() return (debug.traceback("in a coroutine")) end)()))
--> in a coroutine
--> stack traceback:
--> 	6_10_arguments.lua:187: in function <6_10_arguments.lua:187>
for _, text in (function(_, c) if not c then return 1, debug.traceback("iterator") end end) do print(text) end
--> iterator
--> stack traceback:
--> 	6_10_arguments.lua:191: in for iterator 'for iterator'
--> 	6_10_arguments.lua:191: in main chunk
--> 	[C]: in ?
print((load("return debug.traceback('main')", "=loaded")()))
--> main
--> stack traceback:
--> 	loaded:1: in main chunk
--> 	6_10_arguments.lua:197: in main chunk
--> 	[C]: in ?
print(select(2, xpcall(function() error("m") end, debug.traceback)))
--> 6_10_arguments.lua:203: m
--> stack traceback:
--> 	[C]: in function 'error'
--> 	6_10_arguments.lua:203: in function <6_10_arguments.lua:203>
--> 	[C]: in function 'xpcall'
--> 	6_10_arguments.lua:203: in main chunk
--> 	[C]: in ?
print(select(2, xpcall(function() local x = nil; x() end, function(m) return debug.traceback(m, 2) end)))
--> 6_10_arguments.lua:211: attempt to call a nil value (local 'x')
--> stack traceback:
--> 	6_10_arguments.lua:211: in function <6_10_arguments.lua:211>
--> 	[C]: in function 'xpcall'
--> 	6_10_arguments.lua:211: in main chunk
--> 	[C]: in ?
-- Events of hooks in order, for each mask.
local function watch(mask, count, what)
  local events = {}
  debug.sethook(function(event, line) local i = debug.getinfo(2, "nS") events[#events + 1] = event .. (line and ":" .. line - 160 or "") .. (event ~= "line" and event ~= "count" and ":" .. tostring(i.name) or "") end, mask, count)
  what()
  debug.sethook()
  print(table.concat(events, " "))
end
local function work(n)
  local s = 0
  for i = 1, n do
    s = s + i
  end
  return math.abs(s)
end
watch("c", 0, function() work(2) end)  --> call:what call:work call:abs call:sethook
watch("r", 0, function() work(2) end)  --> return:sethook return:abs return:work return:what
watch("cr", 0, function() work(1) pcall(error) end)  --> return:sethook call:what call:work call:abs return:abs return:work call:pcall call:nil return:pcall return:what call:sethook
watch("l", 0, function() work(2) end)  --> line:62 line:76 line:67 line:68 line:69 line:68 line:69 line:68 line:71 line:63
watch("l", 0, function()  --> line:62 line:78 line:79 line:79 line:79 line:80 line:81 line:80 line:81 line:82 line:83 line:87 line:88 line:87 line:89 line:90 line:63
  local i = 0
  while i < 2 do i = i + 1 end
  repeat i = i - 1
  until i == 0
  if i == 0 then
    i = 5
  else
    i = 6
  end
  for k, v in pairs {1} do
    i = v
  end
end)
watch("l", 0, coroutine.wrap(function() work(1) end))  --> line:62 line:63
-- What a call gets and a return gives, by getinfo's r.
local function transfers(mask, what, ...)
  local seen = {}
  debug.sethook(function(event)
    local i = debug.getinfo(2, "rn")
    local values = {}
    for k = i.ftransfer, i.ftransfer + i.ntransfer - 1 do values[#values + 1] = tostring((select(2, debug.getlocal(2, k)))) end
    seen[#seen + 1] = event .. " " .. i.ftransfer .. " " .. i.ntransfer .. " (" .. table.concat(values, ",") .. ")"
  end, mask)
  what(...)
  debug.sethook()
  print(table.concat(seen, "; "))
end
transfers("c", function(a, b, ...) return a end, 1, 2, 3, 4)  --> call 1 2 (1,2); call 0 0 ()
transfers("r", function(a, b, ...) local c = 5 return a, c, ... end, 1, 2, 3, 4)  --> return 0 0 (); return 4 4 (1,5,3,4)
transfers("r", math.max, 1, 7)  --> return 0 0 (); return 3 1 (7)
transfers("r", function() local a, b, c = string.byte("abc", 1, -1) return c, b, a end)  --> return 0 0 (); return 4 3 (97,98,99); return 4 3 (99,98,97)
transfers("c", select, 2, "a", "b")  --> call 1 3 (2,a,b); call 0 0 ()
