-- A Lua function that C code called runs in a loop that cannot catch anything until it has to: all that
-- catches, resumes or waits is tried as the first and as a later thing done in such a function.

-- Runs f(...) on behalf of C: string.gsub calls it.
local function from_c(f, ...)
  local arguments, results = table.pack(...), nil
  string.gsub("x", "x", function() results = table.pack(f(table.unpack(arguments, 1, arguments.n))) end)
  return table.unpack(results, 1, results.n)
end
local function boom(what) error(what, 0) end

-- pcall and xpcall: as a call, as a tail call, with and without an error.
print(from_c(function() return (pcall(boom, "first")) end))                 --> false
print(from_c(function() return pcall(boom, "tail") end))                    --> false	tail
print(from_c(function() return pcall(function(...) return ... end, 1, 2) end)) --> true	1	2
print(from_c(pcall, boom, "as the function itself"))                        --> false	as the function itself
print(from_c(function() return xpcall(boom, string.upper, "handled") end))  --> false	HANDLED
print(from_c(function()
  local n = 0
  for i = 1, 10 do
    local ok, message = pcall(boom, i)
    if not ok then n = n + message end
  end
  return n
end))                                                                       --> 55

-- The error passes the C function, and whoever catches it is as before.
print(pcall(from_c, boom, "through C"))                                     --> false	through C
print(pcall(from_c, function() pcall(boom) boom("after a pcall") end))      --> false	after a pcall
print(pcall(from_c, from_c, from_c, boom, "through three"))                 --> false	through three
print(from_c(function() return pcall(from_c, from_c, boom, "inside") end))  --> false	inside
for depth = 1, 3 do -- catching goes on working after errors that left such functions
  local f = function() return pcall(from_c, boom, depth) end
  for _ = 1, depth do local g = f f = function() return from_c(g) end end
  local ok, message = f()
  assert(not ok and message == depth)
end

-- Coroutines: resumed, wrapped, as iterators, dying, yielding, in such a function and around it.
local function count(n) for i = 1, n do coroutine.yield(i) end end
print(from_c(function()
  local co = coroutine.create(count)
  return select(2, coroutine.resume(co, 2)), select(2, coroutine.resume(co)), coroutine.resume(co)
end))                                                                       --> 1	2	true
print(from_c(function()
  local sum = 0
  for i in coroutine.wrap(function() count(4) end) do sum = sum + i end
  return sum
end))                                                                       --> 10
print(from_c(function() return coroutine.wrap(count)(1) end))               --> 1
print(from_c(function() return coroutine.resume(coroutine.create(boom), "died") end)) --> false	died
print(pcall(from_c, function() coroutine.wrap(boom)("wrapped") end))        -->~ false	.*:52: wrapped
print(coroutine.wrap(function()
  local inner = from_c(function()
    local co = coroutine.wrap(function() return 1 + coroutine.yield("yielded") end)
    return co() .. co(1)
  end)
  return inner .. coroutine.yield(inner)
end)())                                                                     --> yielded2
print(coroutine.wrap(function() return pcall(from_c, coroutine.yield) end)())
--> false	attempt to yield across a C-call boundary
print(from_c(function() return pcall(from_c, coroutine.yield) end))         --> false	attempt to yield from outside a coroutine

-- Variables to be closed, on all ways out.
local closed = {}
local function closable(name)
  return setmetatable({}, {__close = function(_, e) closed[#closed + 1] = name .. ":" .. tostring(e) end})
end
print(pcall(from_c, function()
  local a <close> = closable("a")
  from_c(function()
    local b <close> = closable("b")
    pcall(boom)
    local c <close> = closable("c")
    boom("e")
  end)
end))                                                                       --> false	e
print(table.concat(closed, " "))                                            --> c:e b:e a:e
closed = {}
print(from_c(function()
  local a <close> = setmetatable({}, {__close = pcall})
  local b <close> = setmetatable({}, {__close = function() closed[1] = select(2, pcall(boom, "in close")) end})
  return "closing may catch"
end), closed[1])                                                            --> closing may catch	in close

-- Functions that catch stand in for metamethods and iterators.
local strange = setmetatable({}, {__index = pcall, __call = pcall, __add = coroutine.wrap(function(a, b)
  while true do a, b = coroutine.yield(b) end
end), __concat = function(a, b) return select(2, pcall(boom, "joined")) end})
print(from_c(function() return strange.field end))                          --> true
print(from_c(function() return (strange()) end))                            --> true
print(from_c(function() return strange + 5 end))                            --> 5
print(from_c(function() return "a" .. strange .. "b" end))                  --> ajoined
print(from_c(function()
  local rounds = 0
  for ok, what in pcall, function() rounds = rounds + 1 if rounds > 3 then error() end return rounds end do
    if not ok then break end
  end
  return rounds
end))                                                                       --> 4

-- The same in comparators, iterators of load, and finalizers' sort of calls.
local t = {3, 1, 2}
table.sort(t, function(a, b) return select(2, pcall(function() return a < b end)) end)
print(table.concat(t, " "))                                                 --> 1 2 3
print(pcall(table.sort, {3, 2, 1, 5, 4}, function() pcall(boom) boom("unordered") end)) --> false	unordered
local parts = coroutine.wrap(function() coroutine.yield("return ") coroutine.yield("7") end)
print(load(function() return (parts()) end)())                              --> 7
print(load(function() return pcall(boom) and "" or nil end) ~= nil)         --> true

-- Deep nesting counts, and the count is right again afterwards.
local function nest(n) return n == 0 and "bottom" or from_c(nest, n - 1) end
for _ = 1, 3 do
  assert(nest(50) == "bottom" and not pcall(nest, 250))
end
