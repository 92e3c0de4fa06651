-- Manual 2.6: the coroutine example, values passed, states, errors inside.
local function foo(a)
  print("foo", a)
  return coroutine.yield(2 * a)
end
local co = coroutine.create(function(a, b)
  print("co-body", a, b)
  local r = foo(a + 1)
  print("co-body", r)
  local r, s = coroutine.yield(a + b, a - b)
  print("co-body", r, s)
  return b, "end"
end)
print("main", coroutine.resume(co, 1, 10))
--> co-body	1	10
--> foo	2
--> main	true	4
print("main", coroutine.resume(co, "r"))
--> co-body	r
--> main	true	11	-9
print("main", coroutine.resume(co, "x", "y"))
--> co-body	x	y
--> main	true	10	end
print("main", coroutine.resume(co, "x", "y"))
--> main	false	cannot resume dead coroutine

-- An error ends the coroutine but keeps its stack for the traceback.
local failing = coroutine.create(function() local function inner() error("oops") end; inner() end)
print(coroutine.resume(failing))           -->~ false	2_6_coroutines.lua:\d+: oops
print(coroutine.status(failing))           --> dead
assert(debug.traceback(failing):find("inner"))
local object = {}
local thrower = coroutine.create(function() error(object) end)
local ok, e = coroutine.resume(thrower)
assert(not ok and e == object)

-- Generators, producers and consumers.
local function range(n)
  return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end)
end
local sum = 0
for i in range(100) do sum = sum + i end
assert(sum == 5050)

local function permutations(list)
  local function generate(n)
    if n == 0 then coroutine.yield(table.concat(list)) end
    for i = 1, n do
      list[n], list[i] = list[i], list[n]
      generate(n - 1)
      list[n], list[i] = list[i], list[n]
    end
  end
  return coroutine.wrap(function() generate(#list) end)
end
local all = {}
for p in permutations{"a", "b", "c"} do all[#all + 1] = p end
print(table.concat(all, " "))              --> bca cba cab acb bac abc

-- Many values through yield and resume.
local many = coroutine.wrap(function(...)
  local n = select("#", ...)
  while true do n = select("#", coroutine.yield(n, ...)) end
end)
local big = {}
for i = 1, 200 do big[i] = i end
assert(many(table.unpack(big)) == 200)
assert(many() == 0)
assert(many(nil, nil, nil) == 3)

-- Coroutines resume each other; the running one's parents are "normal".
local a, b
a = coroutine.create(function()
  assert(coroutine.status(a) == "running")
  return select(2, coroutine.resume(b))
end)
b = coroutine.create(function()
  assert(coroutine.status(a) == "normal" and coroutine.status(b) == "running")
  local ok, m = coroutine.resume(a)
  assert(not ok)
  return m
end)
print(coroutine.resume(a))                 --> true	cannot resume non-suspended coroutine
print(coroutine.resume(coroutine.running()))  --> false	cannot resume non-suspended coroutine

-- Nested depth.
local function nested(n)
  if n == 0 then return "deep" end
  return coroutine.wrap(nested)(n - 1)
end
assert(nested(100) == "deep")
local function nested_yield(n)
  if n == 0 then coroutine.yield("x") return "y" end
  local inner = coroutine.wrap(nested_yield)
  coroutine.yield(inner(n - 1))
  return inner()
end
local outer = coroutine.wrap(nested_yield)
assert(outer(50) == "x" and outer() == "y")
local endless
endless = function() return coroutine.wrap(endless)() end
local ok, message = pcall(endless)
print(ok, message:match("C stack overflow$"))  --> false	C stack overflow

-- A lot of coroutines at once, left unfinished.
local list = {}
for i = 1, 2000 do
  list[i] = coroutine.wrap(function(x) while true do x = x + coroutine.yield(x) end end)
  assert(list[i](i) == i)
end
for i = 1, 2000 do assert(list[i](1) == i + 1) end
