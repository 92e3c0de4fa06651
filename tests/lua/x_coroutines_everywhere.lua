-- Coroutines inside metamethods, iterators, pcall, sort, gsub, load, finalizers and each other.
local yield, wrap, create, resume, status = coroutine.yield, coroutine.wrap, coroutine.create, coroutine.resume, coroutine.status
local stress = os.getenv("FERROUS_GC_STRESS")
-- A scheduler: tasks that sleep in every kind of frame.
local trace = {}
local lazy = setmetatable({}, {
  __index = function(_, k) return yield("index " .. k) end, __add = function(_, v) return yield("add " .. v) end,
  __call = function(_, v) return yield("call " .. v) end, __lt = function() return yield("lt") end, __concat = function(_, s) return yield("concat " .. s) end,
  __eq = function() return yield("eq") end, __close = function() yield("close") end, __len = function() return yield("len") end,
})
local function task(id)
  local sum = 0
  for i = 1, 3 do
    local ok, v = pcall(function()
      local guard <close> = lazy
      local x = lazy.field
      x = x + (lazy + i) + lazy(i)
      if lazy < lazy then x = x + 1 end
      if i == 2 then error({id}) end
      return x
    end)
    sum = sum + (ok and v or v[1])
  end
  return "end " .. sum
end
local tasks, results = {}, {}
for id = 1, 20 do tasks[id] = create(task) end
local running = 20
local value = {}
while running > 0 do
  for id = 1, 20 do
    local co = tasks[id]
    if co and status(co) ~= "dead" then
      local ok, what = resume(co, value[id] or id)
      assert(ok, what)
      value[id] = id
      if status(co) == "dead" then results[id] = what running = running - 1 end
    end
  end
end
for id = 1, 20 do assert(results[id] == "end " .. ((3 * id + 1) * 2 + id), results[id]) end
-- Coroutines run to completion inside callbacks of C functions.
local function gen(n) return wrap(function() for i = 1, n do yield(i) end end) end
local t = {5, 3, 8, 1, 9, 2}
table.sort(t, function(a, b) local s = 0 for i in gen(3) do s = s + i end return a < b end)
assert(table.concat(t) == "123589")
print((("abc"):gsub("%w", function(c) local out = "" for i in gen(2) do out = out .. c .. i end return out end)))   --> a1a2b1b2c1c2
print(load(wrap(function() yield("return ") yield("1 + ") yield("2") end))())                                         --> 3
print(tostring(setmetatable({}, {__tostring = wrap(function() yield("from wrap") end)})))                             --> from wrap
print(select("#", table.unpack(setmetatable({}, {__index = wrap(function(_, k) while true do _, k = yield(k) end end), __len = function() return 4 end}), 1, 4)))   --> 4
print(table.concat(setmetatable({}, {__index = function(_, i) return gen(i)() * i end, __len = function() return 3 end}), " "))   --> 1 2 3
-- Yield across a C call that can't continue is an error; the coroutine can handle it and go on.
local co = wrap(function()
  local ok, m = pcall(table.sort, {3, 2, 1}, function(a, b) yield() return a < b end)
  yield(m)
  ok, m = pcall(string.gsub, "x", "x", function() yield() end)
  yield(m)
  return "went on"
end)
print(co())         --> attempt to yield across a C-call boundary
print(co())         --> attempt to yield across a C-call boundary
print(co())         --> went on
-- Nor can a metamethod yield that a C function calls as an operation does: all of these, and the function goes on.
local function refused() local ok, m = pcall(yield, "yielded") assert(not ok and m == "attempt to yield across a C-call boundary", m) return 1 end
local function refused_inside() local ok, m = pcall(function() yield("yielded") end) assert(not ok, m) return 1 end
for _, method in ipairs{refused, refused_inside} do
  local odd = setmetatable({}, {__index = method, __newindex = method, __len = method, __lt = method})
  for name, call in pairs{
    gsub = function() return (("a"):gsub("%w", odd)) end, concat = function() return table.concat(odd) end,
    unpack = function() return table.unpack(odd) end, insert = function() table.insert(odd, 5) return 1 end,
    move = function() table.move(odd, 1, 2, 1, odd) return 1 end, remove = function() return table.remove(odd) end,
    sort = function() local few = {odd, odd} pcall(table.sort, few) return 1 end,
  } do
    local ok, result = resume(create(function() return call() end))
    assert(ok and tostring(result) == "1", name)
  end
end
-- wrap passes an error on while its caller is hooked: a message, with the caller's position if that is Lua, or any value.
do
  local function fail(e) return function() local _ = {} error(e, 0) end end
  local value, direct, inside, none = {}
  local call, call_inside = wrap(fail(value)), wrap(fail("inside"))
  local call_none, call_direct = wrap(function() error() end), wrap(fail("direct"))
  debug.sethook(function() end, "l")
  value = select(2, pcall(call)) == value
  direct, inside, none = {pcall(call_direct)}, {pcall(function() local r = call_inside() return r end)}, {pcall(call_none)}
  debug.sethook()
  assert(value and direct[2] == "direct" and inside[2]:match(":%d+: inside$") and none[1] == false and none[2] == nil)
end
-- Errors travel through several coroutines; each is dead afterwards.
local inner, middle
local outer = create(function() middle = create(function() inner = create(function() error("deep", 0) end) local ok, m = resume(inner) error(m .. " middle", 0) end) local ok, m = resume(middle) error(m .. " outer", 0) end)
print(resume(outer))    --> false	deep middle outer
print(status(outer), status(middle), status(inner))   --> dead	dead	dead
-- Coroutines that are resumed from other coroutines than the one that made them.
local shared = wrap(function() local n = 0 while true do n = n + 1 yield(n) end end)
local a, b = wrap(function() while true do yield(shared()) end end), wrap(function() while true do yield(shared() * 10) end end)
print(a(), b(), a(), shared(), b())   --> 1	20	3	4	50
-- A generator abandoned in the middle, collected with its pending frames and open upvalues.
local kept
do
  local g = wrap(function() local mine = {} kept = function() mine[#mine + 1] = #mine return #mine end for i = 1, 10 do yield(i) end end)
  g() g()
end
collectgarbage()
assert(kept() == 1 and kept() == 2)
local weak = setmetatable({}, {__mode = "v"})
for i = 1, 100 do weak[i] = create(function() local big = {i} yield(big) end) resume(weak[i]) end
collectgarbage()
assert(next(weak) == nil)
-- A coroutine that holds itself, and a cycle through its stack.
weak = setmetatable({}, {__mode = "k"})
do local self self = create(function() local me = self local cycle = {me} yield(cycle) return cycle end) resume(self) weak[self] = true end
collectgarbage()
assert(next(weak) == nil)
-- Finalizers that run coroutines, and finalizers of objects that only a coroutine knew.
local finalized = 0
for i = 1, 10 do setmetatable({}, {__gc = function() wrap(function() yield() end)() local s = 0 for v in gen(3) do s = s + v end finalized = finalized + (s == 6 and 1 or 0) end}) end
collectgarbage()
assert(finalized == 10)
-- Deep stacks in many coroutines at once; each has a stack of its own that grows and shrinks.
local function down(n) if n == 0 then yield("bottom") return 0 end return 1 + down(n - 1) end
local deep = {}
for i = 1, stress and 5 or 50 do deep[i] = wrap(down) assert(deep[i](i * 50) == "bottom") end
for i = 1, #deep do assert(deep[i]() == i * 50) end
-- A pipeline of filters: the sieve.
local function source(n) return wrap(function() for i = 2, n do yield(i) end end) end
local function filter(p, g) return wrap(function() for i in g do if i % p ~= 0 then yield(i) end end end) end
local primes, stream = {}, source(stress and 50 or 500)
while true do local p = stream() if not p then break end primes[#primes + 1] = p stream = filter(p, stream) end
print(#primes == (stress and 15 or 95), primes[1], primes[10])   --> true	2	29
-- coroutine.close in every state.
co = create(function() local x <close> = setmetatable({}, {__close = function() trace[#trace + 1] = "x" end}) local y <close> = setmetatable({}, {__close = function() trace[#trace + 1] = "y" end}) pcall(function() local z <close> = setmetatable({}, {__close = function() trace[#trace + 1] = "z" end}) yield() end) end)
resume(co)
print(coroutine.close(co), table.concat(trace, " "))   --> true	z y x
print(coroutine.close(create(function() end)), pcall(resume, co))   --> true	true	false	cannot resume dead coroutine
-- Closing while a to-be-closed variable's method yields or fails.
co = create(function() local x <close> = setmetatable({}, {__close = function() error("closing", 0) end}) yield() end)
resume(co)
print(coroutine.close(co))       --> false	closing
-- wrap inside for with a closing value; break leaves the generator suspended.
local g = gen(5)
for v in g do if v == 2 then break end end
print(g(), g())                  --> 3	4
-- A hundred thousand switches.
local ping = wrap(function(n) while true do n = yield(n + 1) end end)
local n = 0
for _ = 1, stress and 1000 or 100000 do n = ping(n) end
assert(n == (stress and 1000 or 100000))

-- A coroutine finishes or yields into a tail call of the outermost function that C called.
local tails = {1, 2, 3}
table.sort(tails, function(a, b)
  local co = wrap(function() yield(a > b) end)
  return co()
end)
assert(tails[1] == 3 and tails[3] == 1)
table.sort(tails, function(a, b)
  local co = wrap(function() return a < b end)
  return co()
end)
assert(tails[1] == 1 and tails[3] == 3)
-- More values than a stack can take are refused on either way, and the states work on.
do
  local many = 999960
  local co = coroutine.create(function() return table.unpack({}, 1, many) end)
  print(coroutine.resume(co))                              --> false	too many results to resume
  print(coroutine.status(co))                              --> dead
  co = coroutine.create(function() coroutine.yield(table.unpack({}, 1, many)) return 1 end)
  print(coroutine.resume(co))                              --> false	too many results to resume
  print(coroutine.resume(co))                              --> true	1
  local wrapped = coroutine.wrap(function() return table.unpack({}, 1, many) end)
  print((select(2, pcall(function() local x = wrapped() end)):gsub("^.-:%d+: ", "")))  --> too many results to resume
end
