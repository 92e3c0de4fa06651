-- engines: all
-- kind: float-loop
-- count-size: 350000
-- Float arithmetic in loops with library functions: series, integration, Newton's method.
local size = tonumber((...)) or 14000000

local sqrt, floor, abs, max, min = math.sqrt, math.floor, math.abs, math.max, math.min

local pi = 0.0
for i = 0, size do
  local term = 4.0 / (2 * i + 1)
  if i % 2 == 0 then pi = pi + term else pi = pi - term end
end
print(string.format("%.9f", pi))

local function integrate(f, from, to, count)
  local step, sum = (to - from) / count, 0.0
  for i = 0, count - 1 do sum = sum + f(from + (i + 0.5) * step) end
  return sum * step
end
local function curve(x) return x * x - 3.0 * x + 1.0 / (x + 1.0) end
print(string.format("%.9f", integrate(curve, 0.0, 4.0, size)))

local total = 0.0
for i = 1, size / 10 do
  local x = i * 0.5
  for _ = 1, 4 do x = 0.5 * (x + i / x) end
  total = total + abs(x - sqrt(i)) + max(0.0, min(1.0, x - floor(x)))
end
print(string.format("%.6f", total))

local steps = 0
for x = 0.0, 1.0, 1.0 / size do
  if x * x < 0.5 then steps = steps + 1 end
end
print(steps)
