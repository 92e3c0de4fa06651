-- Manual 3.4.10 to 3.4.12: calls, function definitions, lists of values and varargs.
local function f(...) return select("#", ...), ... end
print(f(), f(nil), (f(1, 2)))                 --> 0	1	2
print(f"x", f{} == 1, f[[long]])              --> 1	true	1	long
local object = {n = 5}
function object.plain(a) return a end
function object:method(a) return self.n + (a or 0) end
print(object.plain(1), object:method(), object:method(2), object.method(object, 3), object:method"4")   --> 1	5	7	8	9
local a = {b = {c = {}}}
function a.b.c.f(x) return x end
function a.b.c:m(x) return self == a.b.c and x end
assert(a.b.c.f(1) == 1 and a.b.c:m(2) == 2)
-- Missing and extra arguments.
local function two(x, y) return x, y end
print(two(1), two(1, 2, 3))                   --> 1	1	2
local function opt(x, y, ...) return x, y, select("#", ...), ... end
print(opt())                                  --> nil	nil	0
print(opt(1, 2, 3, nil))                      --> 1	2	2	3	nil
-- Adjustment in every position.
local function r3() return 1, 2, 3 end
local function r0() end
print(r3(), r3())                             --> 1	1	2	3
print((r3()))                                 --> 1
print(r0(), r0())                             --> nil
print(select("#", r0()), select("#", (r0())), select("#", r0(), r0()), select("#", r3(), r0()))   --> 0	1	1	1
local t = {r0(), r3(), r3(), r0()}
print(#t, t[2], t[3], t[4])                   --> 3	1	1	nil
print(r3() + r3(), -r3(), #{r3()}, r3() .. "", not r0())   --> 2	-1	3	1	true
if r0() then error() end
local x, y, z, w = r3()
assert(x == 1 and z == 3 and w == nil)
for i in (function() local done; return function() if not done then done = true return r3() end end end)() do assert(i == 1) end
-- Varargs.
local function v(...)
  local a, b = ...
  local c = (...)
  local t = {..., ...}
  local function inner(...) return ... end
  return a, b, c, #t, inner(...)
end
print(v("p", "q"))                            --> p	q	p	3	p	q
print(v())                                    --> nil	nil	nil	0
print((function(...) return ... end)(1, 2, nil))   --> 1	2	nil
local function count(...) return select("#", ...) end
for _, n in ipairs {0, 1, 2, 10, 100, 200, 250, 255, 256, 1000, 10000, 100000} do
  local list = {}
  for i = 1, n do list[i] = i end
  assert(count(table.unpack(list)) == n and select(-1, 0, table.unpack(list)) == n)
  local back = table.pack((function(...) return ... end)(table.unpack(list)))
  assert(back.n == n and back[n] == list[n])
end
-- Tail calls don't pile up.
local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + 1) end
assert(loop(1000000, 0) == 1000000)
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
assert(even(100000) and not even(100001))
local function vtail(n, ...) if n == 0 then return select("#", ...), ... end return vtail(n - 1, ...) end
assert(select("#", vtail(10000, 1, 2, 3)) == 4)
local function grow(n, ...) if n == 0 then return select("#", ...) end return grow(n - 1, n, ...) end
assert(grow(200) == 200)
local m = {}
function m:go(n) if n == 0 then return "m" end return self:go(n - 1) end
assert(m:go(100000) == "m")
local callable = setmetatable({}, {__call = function(self, n) if n == 0 then return "c" end return self(n - 1) end})
assert(callable(10000) == "c")
assert(pcall(function() return error end))
local function ctail(s) return tostring(s) end
assert(ctail(12) == "12")
-- Recursion without tail calls.
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
assert(fib(20) == 6765)
local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end
assert(depth(10000) == 10000)
local function ack(m, n) if m == 0 then return n + 1 elseif n == 0 then return ack(m - 1, 1) else return ack(m - 1, ack(m, n - 1)) end end
assert(ack(2, 9) == 21)
-- Closures: each has its own variables, shared where the source shares them.
local function counter() local n = 0 return function() n = n + 1 return n end, function() n = 0 end, function() return n end end
local inc, reset, get = counter()
local inc2 = counter()
inc() inc() inc2()
assert(get() == 2 and inc2() == 2)
reset()
assert(get() == 0 and inc() == 1)
local fs = {}
for i = 1, 10 do local j = i * 2 fs[i] = function(d) j = j + d return i + j end end
assert(fs[1](0) == 3 and fs[10](0) == 30 and fs[1](1) == 4 and fs[2](0) == 6)
local function params(p, ...) local q = ... return function(v) p, q = v or p, p return p, q end end
local g = params(1, 2)
print(g(10)) --> 10	1
print(g())   --> 10	10
local function deep() local v = 0 return function() return function() return function() v = v + 1 return v end end end end
local d = deep()
assert(d()()() == 1 and d()()() == 2)
-- Functions called with the same site but different targets.
local targets = {function(x) return x end, function(x, y) return y end, math.abs, function(...) return ... end,
                 setmetatable({}, {__call = function(_, x) return x end}), string.len, tostring}
local out = {}
for round = 1, 3 do for i, fn in ipairs(targets) do out[#out + 1] = tostring((fn(-7, i))) end end
print(table.concat(out, " "))   --> -7 2 7 -7 -7 2 -7 -7 2 7 -7 -7 2 -7 -7 2 7 -7 -7 2 -7
-- Argument errors of Lua functions' callers.
local function e(s) local ok, m = pcall(load(s, "=e")) return m end
print(e"local t = {} t.x.y.z()") --> e:1: attempt to index a nil value (field 'x')
print(e"local t = {} t:nope(1)") --> e:1: attempt to call a nil value (method 'nope')
print(e"local t = {x = 1} t.x()") --> e:1: attempt to call a number value (field 'x')
print(e"local t = {x = 1} t:x()") --> e:1: attempt to call a number value (method 'x')
print(e"math.nope()") --> e:1: attempt to call a nil value (field 'nope')
print(e"('x'):bad()") --> e:1: attempt to call a nil value (method 'bad')
print(e"(function() end)()()") --> e:1: attempt to call a nil value
print(e"string.rep()") --> e:1: bad argument #1 to 'rep' (string expected, got no value)
print(e"('x'):rep({})") --> e:1: bad argument #1 to 'rep' (number expected, got table)
print(e"('x'):rep()") --> e:1: bad argument #1 to 'rep' (number expected, got no value)
print(e"local s = string s.rep('x', 'y')") --> e:1: bad argument #2 to 'rep' (number expected, got string)
print(e"local r = string.rep r('x', 'y')") --> e:1: bad argument #2 to 'r' (number expected, got string)
print(e"setmetatable(1)") --> e:1: bad argument #1 to 'setmetatable' (table expected, got number)
print(e"io.stdout.write()") --> e:1: bad argument #1 to 'write' (FILE* expected, got no value)
print(e"io.stdout:seek('nope')") --> e:1: bad argument #1 to 'seek' (invalid option 'nope')
print(e"return math.floor({})") --> e:1: bad argument #1 to 'floor' (number expected, got table)
