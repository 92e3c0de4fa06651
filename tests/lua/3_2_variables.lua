-- Manual 3.2: global, local and field variables, and how they share registers and upvalues.
g = 1
local l = 2
local t = {f = 3, [1] = 4, ["with space"] = 5}
assert(g == 1 and l == 2 and t.f == 3 and t["f"] == 3 and t[1] == 4 and t["with space"] == 5)
assert(undefined == nil)
local i, k = 1, "f"
assert(t[i] == 4 and t[k] == 3 and t[i + 0.0] == 4)

-- Access by every kind of key, constant or not, before and after the limits of short operands.
local wide = {}
for n = 1, 600 do wide["k" .. n] = n; wide[n] = -n end
local source = {"local w = ... local s = 0\n"}
for n = 1, 600 do source[#source + 1] = "s = s + w.k" .. n .. " + w[" .. n .. "]\n" end
source[#source + 1] = "return s"
assert(load(table.concat(source))(wide) == 0)
local globals = {"local s = 0\n"}
for n = 1, 600 do _G["global" .. n] = n; globals[#globals + 1] = "s = s + global" .. n .. "\n" end
globals[#globals + 1] = "return s"
assert(load(table.concat(globals))() == 600 * 601 // 2)

-- 200 locals is the limit.
local names = {}
for n = 1, 200 do names[n] = "v" .. n end
local f = load("local " .. table.concat(names, ",") .. " = ... return v1, v200")
local values = {}
for n = 1, 200 do values[n] = n end
local a, b = f(table.unpack(values))
assert(a == 1 and b == 200)
names[201] = "v201"
print(select(2, load("local " .. table.concat(names, ","), "=l")))  --> l:1: too many local variables (limit is 200) in main function near <eof>
local up = {"local " .. table.concat(names, ",", 1, 150), "local function f() local " .. table.concat(names, ",", 151, 200)}
print(load(table.concat(up, "\n") .. " end", "=l") ~= nil)          --> true

-- 255 upvalues is the limit.
local outer, uses = {}, {}
for block = 0, 2 do
  local list = {}
  for n = 1, 100 do list[n] = "u" .. block * 100 + n end
  outer[#outer + 1] = "local " .. table.concat(list, ",") .. "; local function g" .. block .. "()"
  for n = 1, 100 do uses[#uses + 1] = list[n] .. " = 1" end
end
local code = table.concat(outer, "\n") .. " return function() " .. table.concat(uses, "\n") .. " end end end end"
print(select(2, load(code, "=l")))   --> l:258: too many upvalues (limit is 255) in function at line 3 near '='
-- One expression can't need more than 255 registers.
local list = {}
for n = 1, 300 do list[n] = "x" end
print(select(2, load("return " .. table.concat(list, ","), "=l")))   --> l:1: function or expression needs too many registers near 'x'

-- Indexing errors name the variable.
local function e(s)
  local ok, m = pcall(load(s, "=e"))
  return m
end
print(e"local a; return a.x")                 --> e:1: attempt to index a nil value (local 'a')
print(e"return a.x.y")                        --> e:1: attempt to index a nil value (global 'a')
print(e"local a = {}; return a.x.y")          --> e:1: attempt to index a nil value (field 'x')
print(e"local a = {}; return a.x.y.z")        --> e:1: attempt to index a nil value (field 'x')
print(e"local a; return function() return a.x end")  -->~ function: .*
print(e"local a; (function() return a.x end)()")     --> e:1: attempt to index a nil value (upvalue 'a')
print(e"local a; (function() a.x = 1 end)()")        --> e:1: attempt to index a nil value (upvalue 'a')
print(e"local a = {}; a.b.c = 1")             --> e:1: attempt to index a nil value (field 'b')
print(e"local a = {}; a[1][2] = 1")           --> e:1: attempt to index a nil value (field 'integer index')
print(e"local a = {}; local k = 'kk'; a[k].x = 1")   --> e:1: attempt to index a nil value (field '?')
print(e"local a, k = {}, 'kk'; return a[k].x")  --> e:1: attempt to index a nil value (field '?')
print(e"return ('x').y.z")                    --> e:1: attempt to index a nil value (field 'y')
print(e"return (1).x")                        --> e:1: attempt to index a number value
print(e"return true .. {}")                   -->~ .*
print(e"local t = {} t.x.y()")                --> e:1: attempt to index a nil value (field 'x')
print(e"local t = {} t:m()")                  --> e:1: attempt to call a nil value (method 'm')
print(e"local t = {} t.m()")                  --> e:1: attempt to call a nil value (field 'm')
print(e"local t = {} t[1]()")                 --> e:1: attempt to call a nil value (field 'integer index')
print(e"nope()")                              --> e:1: attempt to call a nil value (global 'nope')
print(e"local f; f()")                        --> e:1: attempt to call a nil value (local 'f')
print(e"local f; (function() f() end)()")     --> e:1: attempt to call a nil value (upvalue 'f')
print(e"('x')()")                             --> e:1: attempt to call a string value (constant 'x')
print(e"return (1)()")                        --> e:1: attempt to call a number value
print(e"local s = 'x'; s:nope()")             --> e:1: attempt to call a nil value (method 'nope')
print(e"(nil)[1] = 2")                        --> e:1: attempt to index a nil value
print(e"string.nope()")                       --> e:1: attempt to call a nil value (field 'nope')
print(e"string.nope.x()")                     --> e:1: attempt to index a nil value (field 'nope')
