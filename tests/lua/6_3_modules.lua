-- Manual 6.3: require and package.
print(type(package.path), type(package.cpath), type(package.loaded), type(package.preload), #package.searchers)   --> string	string	table	table	4
io.write(package.config)
--> /
--> ;
--> ?
--> !
--> -
assert(package.loaded.string == string and package.loaded._G == _G and require "math" == math)
package.preload.virtual = function(...) calls = (calls or 0) + 1 return {args = {...}} end
local m, extra = require "virtual"
print(m.args[1], m.args[2], extra, calls)               --> virtual	:preload:	:preload:	1
assert(require "virtual" == m and calls == 1)
package.loaded.virtual = nil
assert(require "virtual" ~= m and calls == 2)
package.preload.novalue = function() end
print(require "novalue", package.loaded.novalue)        --> true	true
package.preload.sets = function(name) package.loaded[name] = "own" end
print((require "sets"))                                 --> own
package.preload.falsy = function() return false end
print(require "falsy")                                  --> false	:preload:
-- Files: a name with dots, the loader's second argument, errors inside.
local base = os.tmpname()
os.remove(base)
local file = assert(io.open(base .. "_mod.lua", "w"))
file:write("local name, path = ... return {name = name, path = path}")
file:close()
local saved = package.path
package.path = "/nowhere/?.lua;" .. base .. "_?.lua"
local mod, where = require "mod"
assert(mod.name == "mod" and mod.path == base .. "_mod.lua" and where == mod.path)
print(package.searchpath("mod", package.path) == where)                       --> true
print(package.searchpath("a.b", "./?.x;/y/?/z"))
--> nil	no file './a/b.x'
--> 	no file '/y/a/b/z'
print(package.searchpath("a-b", "?;?-?", "-", "+"))                            
--> nil	no file 'a+b'
--> 	no file 'a+b-a+b'
file = assert(io.open(base .. "_bad.lua", "w"))
file:write("x = = 1")
file:close()
local ok, e = pcall(require, "bad")
assert(not ok and e:find("error loading module 'bad' from file '" .. base .. "_bad.lua':\n", 1, true) and e:find("unexpected symbol near '='", 1, true))
file = assert(io.open(base .. "_fails.lua", "w"))
file:write("error('module error', 0)")
file:close()
print(pcall(require, "fails"))                          --> false	module error
ok, e = pcall(require, "no.such.module")
assert(not ok and e:find("module 'no.such.module' not found:\n\tno field package.preload['no.such.module']\n\tno file '/nowhere/no/such/module.lua'\n", 1, true))
for _, f in ipairs {"_mod.lua", "_bad.lua", "_fails.lua"} do os.remove(base .. f) end
package.path = saved
package.path = nil
ok, e = pcall(require, "whatever")
assert(not ok and e:find("'package.path' must be a string", 1, true))
package.path = saved
table.insert(package.searchers, 2, function(name) if name:find("^gen%.") then return function(n, x) return n .. ":" .. x end, "extra" end return "\n\tnot generated" end)
print(require "gen.a")                                  --> gen.a:extra	extra
ok, e = pcall(require, "nogen")
assert(e:find("not generated", 1, true))
print(pcall(require))                                   --> false	bad argument #1 to 'require' (string expected, got no value)
print(package.loadlib("/no/such/lib.so", "luaopen_x"))  -->~ nil	.*	open
