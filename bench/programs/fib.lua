-- engines: all
-- kind: calls
-- count-size: 27
-- Naive Fibonacci: calls, one comparison and one addition.
local size = tonumber((...)) or 36

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

print(fib(size))
