-- engines: all
-- kind: matrix
-- count-size: 94
-- Products of square matrices stored as arrays of rows.
local size = tonumber((...)) or 320

local function generate(n, seed)
  local rows = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      seed = (seed * 3877 + 29573) % 139968
      row[j] = seed / 139968
    end
    rows[i] = row
  end
  return rows
end

local function transpose(a, n)
  local result = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = a[j][i] end
    result[i] = row
  end
  return result
end

local function multiply(a, b, n)
  local columns, result = transpose(b, n), {}
  for i = 1, n do
    local row, source = {}, a[i]
    for j = 1, n do
      local column, sum = columns[j], 0.0
      for k = 1, n do sum = sum + source[k] * column[k] end
      row[j] = sum
    end
    result[i] = row
  end
  return result
end

-- The same product without the transposed copy: two index operations in the inner loop.
local function multiply_direct(a, b, n)
  local result = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      local sum = 0.0
      for k = 1, n do sum = sum + a[i][k] * b[k][j] end
      row[j] = sum
    end
    result[i] = row
  end
  return result
end

local a, b = generate(size, 1), generate(size, 2)
local c = multiply(a, b, size)
local d = multiply_direct(a, b, size)
local trace, difference = 0.0, 0.0
for i = 1, size do
  trace = trace + c[i][i]
  for j = 1, size do difference = difference + math.abs(c[i][j] - d[i][j]) end
end
print(string.format("%.6f %.6f %.6f", trace, c[1][size], difference))
