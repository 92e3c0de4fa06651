-- Manual 3.3.3: multiple assignment.
local a, b, c = 1
assert(a == 1 and b == nil and c == nil)
a, b = 1, 2, 3
assert(a == 1 and b == 2)
a, b = b, a
assert(a == 2 and b == 1)
local x, y, z = 1, 2, 3
x, y, z = y, z, x
print(x, y, z)                     --> 2	3	1
-- All expressions are evaluated before the assignment.
local i, t = 3, {}
i, t[i] = i + 1, 20
assert(i == 4 and t[3] == 20 and t[4] == nil)
local u = {1, 2, 3}
local j = 1
j, u[j], u[j + 1] = 2, "a", "b"
print(j, u[1], u[2], u[3])         --> 2	a	b	3
do
  local t = {}
  local s = t
  t.x, t = 1, {}
  assert(s.x == 1 and t.x == nil)
  local p = {q = {}}
  local q = p.q
  p.q.r, p.q, p = 1, 2, 3
  assert(q.r == 1 and p == 3)
end
do
  local a = {}
  local i = 1
  i, a[i], i, a[i] = 2, 10, 3, 20     -- the order is undefined, the operands aren't
  assert(a[1] == 10 or a[1] == 20)
  assert(a[2] == nil and a[3] == nil and (i == 2 or i == 3))
end
-- Adjustment with calls and varargs.
local function three() return 1, 2, 3 end
local p, q, r, s = three()
assert(p == 1 and r == 3 and s == nil)
p, q, r = 0, three()
assert(p == 0 and q == 1 and r == 2)
p, q, r = three(), 10
assert(p == 1 and q == 10 and r == nil)
p, q, r = (three())
assert(p == 1 and q == nil)
local function v(...) local a, b, c = ...; return a, b, c end
print(v(1), v(1, 2, 3, 4))         --> 1	1	2	3
g1, g2, g3 = three()
assert(g1 == 1 and g2 == 2 and g3 == 3)
local m = {}
m.a, m.b, m[1], m[2] = 0, three()
print(m.a, m.b, m[1], m[2])        --> 0	1	2	3
-- Upvalues, globals and fields in one statement.
local up = 1
local function mixed()
  up, glob, m.k, m[up] = glob, up, up, "at1"
end
glob = "g"
mixed()
print(up, glob, m.k, m[1])         --> g	1	1	at1
-- Metamethods see the operands.
local log = {}
local proxy = setmetatable({}, {__newindex = function(_, k, val) log[#log + 1] = k .. "=" .. tostring(val) end})
proxy.x, proxy.y, proxy.z = 1, 2
table.sort(log)
print(table.concat(log, " "))      --> x=1 y=2 z=nil
-- Long lists.
local names, values = {}, {}
for n = 1, 180 do names[n] = "n" .. n; values[n] = tostring(n) end
local f = load("local " .. table.concat(names, ",") .. " = " .. table.concat(values, ",") ..
               " n1, n180 = n180, n1 return n1, n2, n180")
print(f())                         --> 180	2	1
-- Errors in the middle leave earlier values.
local keep = 5
assert(not pcall(function() keep = 6; local n; keep, n.x = 7, 8 end))
assert(keep == 6)
