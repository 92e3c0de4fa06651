-- Calls that begin right at the end of what is allocated of the stack, at every distance from it: metamethods,
-- iterators, methods and closings of functions with few and with many registers.
local function pad(n, f)
  if n == 0 then return f() end
  return (pad(n - 1, f))
end

local mt = {}
mt.__index = function(t, k) local a, b, c, d, e, f = 1, 2, 3, 4, 5, 6 return a + b + c + d + e + f end
mt.__newindex = function(t, k, v) local a, b, c, d, e, f = 1, 2, 3, 4, 5, 6 rawset(t, k, v + f) end
mt.__add = function(x, y) local a, b, c, d, e, f = 1, 2, 3, 4, 5, 6 return f end
mt.__concat = mt.__add
mt.__lt = function(x, y) local a, b, c, d, e, f = 1, 2, 3, 4, 5, 6 return f == 6 end
mt.__call = function(self, ...) local a, b, c, d, e, f = ... return a end
mt.__close = function(...) local a, b, c, d, e, f = ... end
local function iterate(limit, i) local a, b, c, d, e, f = 1, 2, 3, 4, 5, 6 if i < limit then return i + 1 end end

local function all()
  local t, sum = setmetatable({}, mt), 0
  for i in iterate, 3, 0 do sum = sum + i end
  t.x = 1
  local u <close> = t
  local joined, less = t .. 1, t < t
  return sum + t.y + (t + 1) + t.x + joined + t(5, 6, 7) + (less and 1 or 0)
end

local expected = all()
for extra = 0, 400 do
  local co = coroutine.wrap(function() return pad(extra, all) end)
  assert(co() == expected)
end
print(expected)      --> 52
