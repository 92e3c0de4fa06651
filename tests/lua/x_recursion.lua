-- Functions that call themselves, by every way a function has to its own value; call sites that have met
-- nothing but recursion and then meet another function, or other numbers of arguments; dumped code.
local WARM = 40

local function sum(n) if n == 0 then return 0 end return n + sum(n - 1) end
assert(sum(1000) == 500500)
function global_sum(n) if n == 0 then return 0 end return n + global_sum(n - 1) end
assert(global_sum(1000) == 500500)
local methods = {}
function methods:sum(n) if n == 0 then return 0 end return n + self:sum(n - 1) end
assert(methods:sum(1000) == 500500)
local function given(f, n) if n == 0 then return 0 end return n + f(f, n - 1) end
assert(given(given, 1000) == 500500)

-- The value it calls is another function now and then.
local function other(n) return n * 1000 end
local hook
local function walk(n, f)
  if n == 0 then return 0 end
  if hook then f = hook(n) or f end
  return 1 + f(n - 1, f)
end
for _ = 1, WARM do assert(walk(20, walk) == 20) end
hook = function(n) return n == 5 and other end
for _ = 1, WARM do assert(walk(20, walk) == 16 + 4000) end
hook = function(n) return n == 5 and print and math.abs end
assert(walk(20, walk) == 16 + 4)
hook = function(n) return n == 5 and setmetatable({}, { __call = function(_, m) return m end }) end
assert(walk(20, walk) == 16 + 4)
hook = function(n) return n == 5 and 17 end
local ok, message = pcall(walk, 20, walk)
assert(not ok and message:find("attempt to call a number value %(local 'f'%)"))
hook = nil
assert(walk(20, walk) == 20)

-- Two closures of one function, with upvalues of their own.
local function make(step)
  local function count(n, f) if n <= 0 then return 0 end return 1 + f(n - step, f) end
  return count
end
local one, two = make(1), make(2)
for _ = 1, WARM do assert(one(10, one) == 10 and two(10, two) == 5 and one(10, two) == 6) end

-- Too few and too many arguments, and as many as fit.
local function pad(n, a, b)
  if n == 0 then return a, b end
  return pad(n - 1, a)
end
for _ = 1, WARM do
  local x, y = pad(3, "a", "b")
  assert(x == "a" and y == nil)
end
local function surplus(n, a) if n == 0 then return a end local r = surplus(n - 1, a, n, n) return r end
for _ = 1, WARM do assert(surplus(5, "x") == "x") end
local function rest(n, ...) if n == 0 then return ... end return rest(n - 1, n, ...) end
for _ = 1, WARM do assert(select("#", rest(5)) == 5) end
local function results(n)
  if n == 0 then return 1, 2, 3 end
  local a, b, c, d = results(n - 1)
  return a, b, c, d
end
for _ = 1, WARM do assert(select("#", results(4)) == 4) end
local function list(n) if n == 0 then return {} end local t = { list(n - 1), list(n - 1) } return t end
assert(#list(5)[1] == 2)
local function nothing(n) if n > 0 then nothing(n - 1) end end
for _ = 1, WARM do assert(select("#", nothing(5)) == 0) end

-- Tail calls: many, with arguments that move and cross, with open ends.
local function loop(n, a, b) if n == 0 then return a, b end return loop(n - 1, b, a) end
local a, b = loop(100001, 1, 2)
assert(a == 2 and b == 1)
local function pair(x) return x, x + 1 end
local function open(x, y) if x > 1000 then return x - y end return open(pair(y)) end
for _ = 1, WARM do assert(open(1, 2) == -1) end
local function take(n, ...) if n == 0 then return select("#", ...) end return take(n - 1, ..., n) end
assert(take(5, 1) == 2)
local function shrink(x, y, z) if z == nil then return x, y end return shrink(table.unpack({ x, y, z }, 2)) end
for _ = 1, WARM do
  local x, y = shrink(1, 2, 3)
  assert(x == 2 and y == 3)
end
local function chosen(n, f) if n == 0 then return "end" end return f(n - 1, f) end
for _ = 1, WARM do assert(chosen(10, chosen) == "end" and chosen(10, function(n) return n end) == 9) end
local trace
local function traced(n) if n == 0 then trace = debug.traceback() return n end return traced(n - 1) end
for _ = 1, 3 do traced(3) end
assert(trace:find("%(%.%.%.tail calls%.%.%.%)"))

-- What debug functions change is seen at the next call.
do
  local function fact(n) if n < 2 then return 1 end return n * fact(n - 1) end
  local run = fact
  for _ = 1, WARM do assert(run(10) == 3628800) end
  debug.setupvalue(run, 1, function() return 100 end)
  assert(run(10) == 1000)
  debug.setupvalue(run, 1, nil)
  local fine, text = pcall(run, 10)
  assert(not fine and text:find("attempt to call a nil value %(upvalue 'fact'%)"))
  debug.setupvalue(run, 1, run)
  assert(run(10) == 3628800)
end

-- Code that was dumped after it had recursed runs like that of the source.
do
  local text = "local f, n = ... if n == 0 then return 0 end return 1 + f(f, n - 1)"
  local chunk = assert(load("return function(f, n) if n == 0 then return 0 end local r = 1 + f(f, n - 1) return r end"))()
  assert(chunk(chunk, 50) == 50)
  local copy = assert(load(string.dump(chunk), "copy", "b"))
  assert(copy(copy, 50) == 50 and copy(chunk, 50) == 50 and chunk(copy, 50) == 50)
  assert(string.dump(copy) == string.dump(chunk) and load(text)(function() return 5 end, 1) == 6)
  local tail = assert(load("return function(f, n) if n == 0 then return 'done' end return f(f, n - 1) end"))()
  assert(tail(tail, 50) == "done")
  local again = assert(load(string.dump(tail)))
  assert(again(again, 50) == "done" and again(tail, 50) == "done")
end

-- Hooks and coroutines inside, errors at depth.
do
  local calls = 0
  debug.sethook(function() calls = calls + 1 end, "c")
  sum(100)
  debug.sethook()
  assert(calls >= 101)
  local function yielder(n) if n == 0 then return coroutine.yield() end return 1 + yielder(n - 1) end
  for _ = 1, 3 do
    local co = coroutine.wrap(function() return yielder(200) end)
    co()
    assert(co(7) == 207)
  end
  local function endless(n) return 1 + endless(n + 1) end
  for _ = 1, 3 do
    local fine, text = pcall(endless, 1)
    assert(not fine and text:find("stack overflow"))
  end
  local function failing(n) if n == 0 then error("deep", 0) end return 1 + failing(n - 1) end
  for _ = 1, WARM do assert(select(2, pcall(failing, 50)) == "deep") end
end

-- Coroutines that were started before go on inside each other one level deeper than starting them would go. What
-- the innermost one calls fits, but no other coroutine.
do
  local function innermost(inner)
    local threads, deepest, results = {}, 0, nil
    local function body(i)
      coroutine.yield()
      deepest = i
      if not coroutine.resume(threads[i + 1]) then results = table.pack(pcall(inner)) end
    end
    for i = 1, 300 do
      threads[i] = coroutine.create(body)
      assert(coroutine.resume(threads[i], i))
    end
    coroutine.resume(threads[1])
    return deepest, table.unpack(results, 1, results.n)
  end
  local function expect(inner, ...)
    local found, wanted = table.pack(innermost(inner)), table.pack(198, ...)
    for i = 1, wanted.n do assert(found[i] == wanted[i], found[i]) end
  end
  expect(function() return "plain" end, true, "plain")
  expect(function() return pcall(pcall, type, 1) end, true, true, true, "number")
  expect(function() return (("x"):gsub("x", function() return "y" end)) end, true, "y")
  expect(function() return tostring(setmetatable({}, { __tostring = function() return "meta" end })) end, true, "meta")
  assert(not select(2, innermost(function() return coroutine.wrap(function() end)() end)))
end
