-- engines: all
-- kind: float-loop
-- count-size: 130
-- The largest eigenvalue of an infinite matrix by the power method: float arithmetic and small
-- calls.
local size = tonumber((...)) or 830

local function element(i, j)
  local ij = i + j - 1
  return 1.0 / (ij * (ij - 1) * 0.5 + i)
end

local function multiply(n, x, y)
  for i = 1, n do
    local sum = 0
    for j = 1, n do sum = sum + x[j] * element(i, j) end
    y[i] = sum
  end
end

local function multiply_transposed(n, x, y)
  for i = 1, n do
    local sum = 0
    for j = 1, n do sum = sum + x[j] * element(j, i) end
    y[i] = sum
  end
end

local u, v, t = {}, {}, {}
for i = 1, size do u[i] = 1.0 end
for _ = 1, 10 do
  multiply(size, u, t)
  multiply_transposed(size, t, v)
  multiply(size, v, t)
  multiply_transposed(size, t, u)
end
local uv, vv = 0, 0
for i = 1, size do
  uv = uv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(string.format("%.9f", math.sqrt(uv / vv)))
