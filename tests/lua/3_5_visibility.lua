-- Manual 3.5: lexical scoping and visibility; upvalue lifetime.
x = 10
do local x = x assert(x == 10) x = x + 1 do local x = x + 1 assert(x == 12) end assert(x == 11) end
assert(x == 10)
local a = {}
local shared = 20
for i = 1, 10 do local y = 0 a[i] = function() y = y + 1 shared = shared + 1 return shared + y end end
print(a[1](), a[1](), a[2](), shared)   --> 22	24	24	23
-- Upvalues that stay open while their function runs, and close in the right order.
local function build()
  local v1, v2, v3 = 1, 2, 3
  local function bump() v1, v2, v3 = v1 + 10, v2 + 10, v3 + 10 end
  bump()
  local s1 = v1 + v2 + v3
  v2 = 100
  bump()
  return function() bump() return v1, v2, v3 end, s1
end
local g, s1 = build()
print(s1, g())                           --> 36	31	120	33
print(g())                               --> 41	130	43
-- An inner block's variable is closed when the block ends, not later.
local probe
do
  local inner = "inner"
  probe = function(set) if set then inner = set end return inner end
end
do local other = "other" assert(probe() == "inner") end
assert(probe("changed") == "changed" and probe() == "changed")
-- Parameters, varargs and loop variables as upvalues.
local function adders(...) local r = {} for i, n in ipairs{...} do r[i] = function(x) n = n + x return n end end return r end
local ad = adders(1, 2, 3)
assert(ad[1](1) == 2 and ad[1](1) == 3 and ad[2](1) == 3 and ad[3](0) == 3)
-- Recursion makes fresh variables at every level.
local function levels(n, list) list[n] = function() n = n * 2 return n end if n > 1 then levels(n - 1, list) end return list end
local l = levels(5, {})
assert(l[5]() == 10 and l[5]() == 20 and l[4]() == 8 and l[1]() == 2)
-- Upvalues shared with a coroutine, alive and dead.
local value = 0
local co = coroutine.wrap(function() local mine = 0 while true do value = value + 1 mine = mine + 1 coroutine.yield(function() mine = mine + 100 return mine end) end end)
local m1 = co()
assert(value == 1 and m1() == 101)
local m2 = co()
assert(value == 2 and m2() == 202 and m1() == 302)
co = nil
collectgarbage()
assert(m1() == 402 and m2() == 502)
-- Errors close upvalues too.
local kept
pcall(function() local v = "kept" kept = function() return v end error() end)
assert(kept() == "kept")
local ok = coroutine.resume(coroutine.create(function() local v = "co" kept = function() return v end error() end))
assert(not ok and kept() == "co")
-- goto out of a block and back: a new variable each time.
local cl = {}
do local i = 0 ::again:: do local v = i cl[#cl + 1] = function() v = v + 1 return v end end i = i + 1 if i < 3 then goto again end end
assert(cl[1]() == 1 and cl[2]() == 2 and cl[3]() == 3 and cl[1]() == 2)
-- Many upvalues in one closure and many closures over one variable.
local names, body = {}, {}
for i = 1, 100 do names[i] = "u" .. i body[i] = "u" .. i .. " = u" .. i .. " + 1 s = s + u" .. i end
local many = load("local " .. table.concat(names, ",") .. " = ... return function() local s = 0 " .. table.concat(body, " ") .. " return s end")
local values = {}
for i = 1, 100 do values[i] = i end
local run = many(table.unpack(values))
assert(run() == 5150 and run() == 5250)
local one, readers = 0, {}
for i = 1, 1000 do readers[i] = function() one = one + 1 return one end end
for i = 1, 1000 do assert(readers[i]() == i) end
