-- Manual 6.1: what the basic functions say about wrong arguments, by the name in the call.
local function e(f, ...) print((select(2, pcall(f, ...)))) end
local function site(text, ...) e(assert(load(text, "=c")), ...) end
-- Through pcall: names are those in the loaded libraries.
e(assert)  --> bad argument #1 to 'assert' (value expected)
e(assert, nil)  --> assertion failed!
e(assert, false, "message")  --> message
e(assert, nil, nil)  --> nil
print(type(select(2, pcall(assert, false, {}))))  --> table
print(select("#", assert(1, nil, nil)), assert(1, 2, 3))  --> 3	1	2	3
e(collectgarbage, "bad")  --> bad argument #1 to 'collectgarbage' (invalid option 'bad')
e(collectgarbage, {})  --> bad argument #1 to 'collectgarbage' (string expected, got table)
e(collectgarbage, "step", "x")  --> bad argument #2 to 'collectgarbage' (number expected, got string)
e(collectgarbage, "incremental", {})  --> bad argument #2 to 'collectgarbage' (number expected, got table)
e(dofile, {})  --> bad argument #1 to 'dofile' (string expected, got table)
e(error)  --> nil
e(error, "m", "level")  --> bad argument #2 to 'error' (number expected, got string)
e(error, "m", {})  --> bad argument #2 to 'error' (number expected, got table)
e(getmetatable)  --> bad argument #1 to 'getmetatable' (value expected)
e(ipairs)  --> bad argument #1 to 'ipairs' (value expected)
e(load)  --> bad argument #1 to 'load' (function expected, got no value)
e(load, nil)  --> bad argument #1 to 'load' (function expected, got nil)
e(load, {})  --> bad argument #1 to 'load' (function expected, got table)
e(load, "x", {})  --> bad argument #2 to 'load' (string expected, got table)
e(load, "x", "x", {})  --> bad argument #3 to 'load' (string expected, got table)
e(load, "return 1", "x", "q")  --> nil
e(loadfile, {})  --> bad argument #1 to 'loadfile' (string expected, got table)
e(loadfile, "x", {})  --> bad argument #2 to 'loadfile' (string expected, got table)
e(next)  --> bad argument #1 to 'next' (table expected, got no value)
e(next, 1)  --> bad argument #1 to 'next' (table expected, got number)
e(next, {}, 1)  --> invalid key to 'next'
e(pairs)  --> bad argument #1 to 'pairs' (value expected)
e(pcall)  --> bad argument #1 to 'pcall' (value expected)
e(rawequal)  --> bad argument #1 to 'rawequal' (value expected)
e(rawequal, 1)  --> bad argument #2 to 'rawequal' (value expected)
e(rawget)  --> bad argument #1 to 'rawget' (table expected, got no value)
e(rawget, {})  --> bad argument #2 to 'rawget' (value expected)
e(rawget, 1, 2)  --> bad argument #1 to 'rawget' (table expected, got number)
e(rawlen)  --> bad argument #1 to 'rawlen' (table or string expected, got no value)
e(rawlen, 5)  --> bad argument #1 to 'rawlen' (table or string expected, got number)
e(rawset)  --> bad argument #1 to 'rawset' (table expected, got no value)
e(rawset, {})  --> bad argument #2 to 'rawset' (value expected)
e(rawset, {}, 1)  --> bad argument #3 to 'rawset' (value expected)
e(rawset, 1, 2, 3)  --> bad argument #1 to 'rawset' (table expected, got number)
e(rawset, {}, nil, 1)  --> table index is nil
e(rawset, {}, 0/0, 1)  --> table index is NaN
e(require)  --> bad argument #1 to 'require' (string expected, got no value)
e(require, {})  --> bad argument #1 to 'require' (string expected, got table)
e(select)  --> bad argument #1 to 'select' (number expected, got no value)
e(select, 0)  --> bad argument #1 to 'select' (index out of range)
e(select, -1)  --> bad argument #1 to 'select' (index out of range)
e(select, 1.5)  --> bad argument #1 to 'select' (number has no integer representation)
e(select, {})  --> bad argument #1 to 'select' (number expected, got table)
e(setmetatable)  --> bad argument #1 to 'setmetatable' (table expected, got no value)
e(setmetatable, {})  --> bad argument #2 to 'setmetatable' (nil or table expected, got no value)
e(setmetatable, 1, {})  --> bad argument #1 to 'setmetatable' (table expected, got number)
e(setmetatable, {}, 1)  --> bad argument #2 to 'setmetatable' (nil or table expected, got number)
e(setmetatable, setmetatable({}, {__metatable = 0}), nil)  --> cannot change a protected metatable
e(tonumber)  --> bad argument #1 to 'tonumber' (value expected)
e(tonumber, {}, 10)  --> bad argument #1 to 'tonumber' (string expected, got table)
e(tonumber, 1, 10)  --> bad argument #1 to 'tonumber' (string expected, got number)
e(tonumber, "1", 1)  --> bad argument #2 to 'tonumber' (base out of range)
e(tonumber, "1", 37)  --> bad argument #2 to 'tonumber' (base out of range)
e(tonumber, "1", "x")  --> bad argument #2 to 'tonumber' (number expected, got string)
e(tonumber, "1", 2.5)  --> bad argument #2 to 'tonumber' (number has no integer representation)
e(tostring)  --> bad argument #1 to 'tostring' (value expected)
e(tostring, setmetatable({}, {__tostring = function() return {} end}))  --> '__tostring' must return a string
e(type)  --> bad argument #1 to 'type' (value expected)
e(warn)  --> bad argument #1 to 'warn' (string expected, got no value)
e(warn, 1, {})  --> bad argument #2 to 'warn' (string expected, got table)
e(warn, nil)  --> bad argument #1 to 'warn' (string expected, got nil)
e(xpcall)  --> bad argument #2 to 'xpcall' (function expected, got no value)
e(xpcall, print)  --> bad argument #2 to 'xpcall' (function expected, got no value)
e(xpcall, print, nil)  --> bad argument #2 to 'xpcall' (function expected, got nil)
-- By the name of a local, an upvalue, a field, a method.
site "rawset(1, 2, 3)"  --> c:1: bad argument #1 to 'rawset' (table expected, got number)
site "local f = rawset f(1, 2, 3)"  --> c:1: bad argument #1 to 'f' (table expected, got number)
site "local f = rawset (function() f(1, 2, 3) end)()"  --> c:1: bad argument #1 to 'rawset' (table expected, got function)
site "local t = {field = rawset} t.field(1, 2, 3)"  --> c:1: bad argument #1 to 'field' (table expected, got number)
site "local t = {method = rawset} t:method()"  --> c:1: bad argument #1 to 'method' (value expected)
site "local t = {method = rawlen} t.method()"  --> c:1: bad argument #1 to 'method' (table or string expected, got no value)
site "local t = setmetatable({}, {__index = {method = rawget}}) t:method()"  --> c:1: bad argument #1 to 'method' (value expected)
site "local t = {method = setmetatable} t:method(1)"  --> c:1: bad argument #1 to 'method' (nil or table expected, got number)
site "return rawset(1, 2, 3)"  --> c:1: bad argument #1 to 'rawset' (table expected, got number)
site "({rawset})[1](1, 2, 3)"  --> c:1: bad argument #1 to 'integer index' (table expected, got number)
site "local i = 1 local t = {rawset} t[i](1, 2, 3)"  --> c:1: bad argument #1 to '?' (table expected, got number)
site "(function() return rawset end)()(1, 2, 3)"  --> c:1: bad argument #1 to 'rawset' (table expected, got number)
site "local k = 'name' local t = {name = rawset} t[k](1, 2, 3)"  --> c:1: bad argument #1 to '?' (table expected, got number)
site "for _ in rawset, 1 do end"  --> c:1: bad argument #1 to 'for iterator' (table expected, got number)
site "local t = setmetatable({}, {__index = rawset}) return t.x"  --> c:1: bad argument #3 to 'index' (value expected)
site "local t = setmetatable({}, {__index = next}) return t.x"  --> invalid key to 'next'
site "local t = setmetatable({}, {__add = rawset}) return t + 1"  --> c:1: bad argument #3 to 'add' (value expected)
site "local t = setmetatable({}, {__call = rawset}) return t(1)"  --> c:1: bad argument #3 to 't' (value expected)
site "local t = setmetatable({}, {__len = select}) return #t"  --> c:1: bad argument #1 to 'len' (number expected, got table)
site "local t <close> = setmetatable({}, {__close = select})"  --> c:1: bad argument #1 to 'close' (number expected, got table)
site "local t <close> = 1"  --> c:1: variable 't' got a non-closable value
site "coroutine.wrap(rawset)(1)"  --> c:1: bad argument #1 to 'rawset' (table expected, got number)
site "coroutine.wrap(function() rawset(1) end)()"  --> c:1: c:1: bad argument #1 to 'rawset' (table expected, got number)
site "string.rawset = rawset local ok, m = pcall(function() ('x'):rawset() end) string.rawset = nil error(m, 0)"  --> c:1: calling 'rawset' on bad self (table expected, got string)
-- A method's self: the number of the argument counts without it, and self is named.
site "('x'):rep()"  --> c:1: bad argument #1 to 'rep' (number expected, got no value)
site "('x'):rep({})"  --> c:1: bad argument #1 to 'rep' (number expected, got table)
site "string.rep()"  --> c:1: bad argument #1 to 'rep' (string expected, got no value)
site "local s = string s.rep({}, 1)"  --> c:1: bad argument #1 to 'rep' (string expected, got table)
site "local t = {rep = string.rep} t:rep(1)"  --> c:1: calling 'rep' on bad self (string expected, got table)
site "io.stdout.write()"  --> c:1: bad argument #1 to 'write' (FILE* expected, got no value)
site "io.stdout.seek(1)"  --> c:1: bad argument #1 to 'seek' (FILE* expected, got number)
site "io.stdout:seek(1)"  --> c:1: bad argument #1 to 'seek' (invalid option '1')
site "local t = {seek = io.stdout.seek} t:seek()"  --> c:1: calling 'seek' on bad self (FILE* expected, got table)
-- error: levels and positions.
site "error('m')"  --> c:1: m
site "error('m', 0)"  --> m
site "error('m', 1)"  --> c:1: m
site "local function f() error('m', 2) end\nf()"  --> c:2: m
site "local function f() error('m', 3) end\nlocal function g()\nf() end\ng()"  --> c:4: m
site "error('m', 50)"  --> m
site "error('m', -1)"  --> m
site "error(1)"  --> 1
site "error(1.5, 2)"  --> 1.5
site "error(nil)"  --> nil
site "error()"  --> nil
-- tostring of what has names.
print(tostring(setmetatable({}, {__name = "My.Type"})):match("^My%.Type: 0x%x+$") ~= nil, tostring(setmetatable({}, {__name = 5})):match("^table: ") ~= nil)  --> true	true
e(rawlen, setmetatable({}, {__name = "My.Type"}))  --> 0
e(string.rep, setmetatable({}, {__name = "My.Type"}))  --> bad argument #1 to 'string.rep' (string expected, got My.Type)
e(math.floor, setmetatable({}, {__name = 5}))  --> bad argument #1 to 'math.floor' (number expected, got table)
e(rawget, io.stdout, 1)  --> bad argument #1 to 'rawget' (table expected, got FILE*)
e(math.floor, io.stdout)  --> bad argument #1 to 'math.floor' (number expected, got FILE*)
e(math.floor, (coroutine.create(print)))  --> bad argument #1 to 'math.floor' (number expected, got thread)
-- xpcall: handlers that fail, that are no functions, that get what the error gave.
print(xpcall(error, tostring, 12))  --> false	12
print(pcall(xpcall, error, 1, "x"))  --> false	bad argument #2 to 'xpcall' (function expected, got number)
print(xpcall(error, function(m) return m, m end, "one"))  --> false	one
print(xpcall(error, function() end, "none"))  --> false	nil
print(xpcall(error, coroutine.wrap(function(m) coroutine.yield("from a coroutine " .. m) end), "x"))  --> false	from a coroutine x
print((xpcall(error, function(m) error(m) end, "x")))  --> false
print(xpcall(function() local x = nil + 1 end, function(m) return type(m) end))  --> false	string
print(xpcall(string.rep, function(m) return m .. "!" end))  --> false	bad argument #1 to 'string.rep' (string expected, got no value)!
print(xpcall(1, function(m) return m .. "!" end))  --> false	attempt to call a number value!
print(xpcall(nil, debug.traceback) == false)  --> true
-- warn: several pieces, control messages (the output is the host's).
print(pcall(warn, "@on", 1))  --> true
print(pcall(warn, "@off"))  --> true
print(select("#", warn("@off")))  --> 0
-- print uses tostring's metamethods, in order, and stops at an error.
print(pcall(print, setmetatable({}, {__tostring = function() error("no text", 0) end})))  --> false	no text
print(pcall(print, setmetatable({}, {__tostring = function() return nil end})))  --> false	'__tostring' must return a string
print(pcall(print, setmetatable({}, {__name = "N", __tostring = function() return 5 end})))
--> 5
--> true
