-- Manual 6.3: what require, package.searchpath and package.loadlib say.
local function e(f, ...) print((select(2, pcall(f, ...)))) end
local function site(text, ...) e(assert(load(text, "=c")), ...) end
e(require)  --> bad argument #1 to 'require' (string expected, got no value)
e(require, nil)  --> bad argument #1 to 'require' (string expected, got nil)
e(require, {})  --> bad argument #1 to 'require' (string expected, got table)
e(package.searchpath)  --> bad argument #2 to 'package.searchpath' (string expected, got no value)
e(package.searchpath, {}, "x")  --> bad argument #1 to 'package.searchpath' (string expected, got table)
e(package.searchpath, "x")  --> bad argument #2 to 'package.searchpath' (string expected, got no value)
e(package.searchpath, "x", {})  --> bad argument #2 to 'package.searchpath' (string expected, got table)
e(package.searchpath, "x", "y", {})  --> bad argument #3 to 'package.searchpath' (string expected, got table)
e(package.searchpath, "x", "y", "z", {})  --> bad argument #4 to 'package.searchpath' (string expected, got table)
e(package.loadlib)  --> bad argument #1 to 'package.loadlib' (string expected, got no value)
e(package.loadlib, "x")  --> bad argument #2 to 'package.loadlib' (string expected, got no value)
e(package.loadlib, {}, "x")  --> bad argument #1 to 'package.loadlib' (string expected, got table)
e(package.loadlib, "x", {})  --> bad argument #2 to 'package.loadlib' (string expected, got table)
site "require()"  --> c:1: bad argument #1 to 'require' (string expected, got no value)
site "package.searchpath('x')"  --> c:1: bad argument #2 to 'searchpath' (string expected, got no value)
-- searchpath: templates, separators, replacements, empty ones.
print(package.searchpath("a", ""))  --> nil	no file ''
print(package.searchpath("a", ";"))
--> nil	no file ''
--> 	no file ''
print(package.searchpath("a", "?"))  --> nil	no file 'a'
print(package.searchpath("a.b", "/no/?;/no/?.x;/no/?/?"))
--> nil	no file '/no/a/b'
--> 	no file '/no/a/b.x'
--> 	no file '/no/a/b/a/b'
print(package.searchpath("a.b", "/no/?", ""))  --> nil	no file '/no/a.b'
print(package.searchpath("a.b", "/no/?", "b"))  --> nil	no file '/no/a./'
print(package.searchpath("a.b", "/no/?", ".", "%"))  --> nil	no file '/no/a%b'
print(package.searchpath("a.b", "/no/?", "b", "%%"))  --> nil	no file '/no/a.%%'
print(package.searchpath("a.b.c", "/no/?", ".", "::"))  --> nil	no file '/no/a::b::c'
print(package.searchpath("", "/no/?.lua"))  --> nil	no file '/no/.lua'
print(package.searchpath("x", "/no/no-mark"))  --> nil	no file '/no/no-mark'
print(package.searchpath("anything", "/dev/null"))  --> /dev/null
-- config: one line for each.
print((package.config:gsub("\n", "|")))  --> /|;|?|!|-|
-- What the default paths are, without the variables.
local saved_path, saved_cpath = package.path, package.cpath
print(math.type(#saved_path), type(saved_cpath))  --> integer	string
-- The messages of all searchers, one after the other.
package.path, package.cpath = "/no/?.lua", "/no/?.so"
print(pcall(require, "x"))
--> false	module 'x' not found:
--> 	no field package.preload['x']
--> 	no file '/no/x.lua'
--> 	no file '/no/x.so'
print(pcall(require, "x.y"))
--> false	module 'x.y' not found:
--> 	no field package.preload['x.y']
--> 	no file '/no/x/y.lua'
--> 	no file '/no/x/y.so'
--> 	no file '/no/x.so'
print(pcall(require, ""))
--> false	module '' not found:
--> 	no field package.preload['']
--> 	no file '/no/.lua'
--> 	no file '/no/.so'
package.path, package.cpath = "", ""
print(pcall(require, "x"))
--> false	module 'x' not found:
--> 	no field package.preload['x']
--> 	no file ''
--> 	no file ''
package.path = "/no/?.lua"
package.cpath = nil
print(pcall(require, "x"))  --> false	'package.cpath' must be a string
package.cpath = 5
print(pcall(require, "x"))
--> false	module 'x' not found:
--> 	no field package.preload['x']
--> 	no file '/no/x.lua'
--> 	no file '5'
package.cpath = {}
print(pcall(require, "x"))  --> false	'package.cpath' must be a string
package.path, package.cpath = "/no/?.lua", "/no/?.so"
-- searchers of one's own: what they may return.
local searchers = package.searchers
local own = {}
package.searchers = {own[1]}
print(pcall(require, "x"))  --> false	module 'x' not found:
package.searchers = {function(name) return function(...) return ... end, "where" end}
print(require "m1")  --> m1	where
package.searchers = {function(name) return function(...) return select("#", ...) end end}
print(require "m2")  --> 2	nil
package.searchers = {function() return "\n\tfirst says no" end, function() return nil end, function() return false end, function() return 5 end, function() return {} end, function() return "\n\tlast" end}
print((select(2, pcall(require, "m3")):gsub("\t", ">")))
--> module 'm3' not found:
--> >
--> >first says no
--> >5
--> >
--> >last
package.searchers = {function() error("a searcher fails", 0) end}
print(pcall(require, "m4"))  --> false	a searcher fails
package.searchers = {1}
print(pcall(require, "m5"))  --> false	attempt to call a number value
package.searchers = nil
print(pcall(require, "m6"))  --> false	'package.searchers' must be a table
package.searchers = {}
print(pcall(require, "m7"))  --> false	module 'm7' not found:
package.searchers = searchers
-- Results of loaders.
package.preload.m8 = function(...) print(...) return nil end
print(require "m8")
--> m8	:preload:
--> true	:preload:
print(require "m8")  --> true
package.preload.m9 = function() error("loader", 0) end
print(pcall(require, "m9"), package.loaded.m9)  --> false	nil
package.preload.m10 = function() return nil, "second" end
print(require "m10")  --> true	:preload:
package.preload.m11 = 5
print(pcall(require, "m11"))
--> false	module 'm11' not found:
--> 	5
--> 	no file '/no/m11.lua'
--> 	no file '/no/m11.so'
package.preload.m12 = setmetatable({}, {__call = function(_, ...) return ... end})
print(pcall(require, "m12"))
--> false	module 'm12' not found:
--> 	no file '/no/m12.lua'
--> 	no file '/no/m12.so'
package.loaded.m13 = false
package.preload.m13 = function() return "again" end
print(require "m13")  --> again	:preload:
-- require during its own loading.
package.preload.m14 = function() return select("#", pcall(require, "m15")) end
package.preload.m15 = function() package.loaded.m15 = "early" return nil end
print(require "m14", require "m15")  --> 3	early
-- Libraries that are none.
local name = os.tmpname()
local f = io.open(name, "w") f:write("no library") f:close()
print((select(2, package.loadlib(name, "luaopen_x")) ~= nil), (select(3, package.loadlib(name, "luaopen_x"))))  --> true	open
print((select(3, package.loadlib(name, "*"))))  --> open
package.cpath = name
print((select(2, pcall(require, "broken")):gsub(name:gsub("%p", "%%%0"), "NAME"):match("^[^\n]*")))  --> error loading module 'broken' from file 'NAME':
os.remove(name)
package.path, package.cpath = saved_path, saved_cpath
