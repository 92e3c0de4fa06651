-- engines: all
-- kind: matrix
-- count-size: 42
-- Dense linear algebra: elimination with pivots, inverse, residual, and integer determinants by
-- expansion.
local size = tonumber((...)) or 280

local abs = math.abs

local function generate(n, seed)
  local rows = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      seed = seed * 16807 % 2147483647
      row[j] = seed / 2147483647 - 0.5
    end
    rows[i] = row
  end
  return rows
end

local function copy(rows)
  local result = {}
  for i = 1, #rows do
    local row, source = {}, rows[i]
    for j = 1, #source do row[j] = source[j] end
    result[i] = row
  end
  return result
end

-- Brings the rows into triangular form with row exchanges; returns the determinant's sign.
local function eliminate(rows)
  local n, sign = #rows, 1
  for column = 1, n do
    local pivot = column
    for i = column + 1, n do
      if abs(rows[i][column]) > abs(rows[pivot][column]) then pivot = i end
    end
    if pivot ~= column then
      rows[pivot], rows[column] = rows[column], rows[pivot]
      sign = -sign
    end
    local top = rows[column]
    for i = column + 1, n do
      local row = rows[i]
      local factor = row[column] / top[column]
      if factor ~= 0 then
        for j = column, #row do row[j] = row[j] - factor * top[j] end
      end
    end
  end
  return sign
end

-- The determinant as a mantissa and a power of two.
local function determinant(rows)
  rows = copy(rows)
  local mantissa, exponent = eliminate(rows), 0
  for i = 1, #rows do
    mantissa = mantissa * rows[i][i]
    while abs(mantissa) < 0.5 do mantissa, exponent = mantissa * 2, exponent - 1 end
    while abs(mantissa) >= 1 do mantissa, exponent = mantissa / 2, exponent + 1 end
  end
  return mantissa, exponent
end

local function inverse(rows)
  local n, work = #rows, copy(rows)
  for i = 1, n do
    for j = 1, n do work[i][n + j] = i == j and 1.0 or 0.0 end
  end
  eliminate(work)
  for i = n, 1, -1 do
    local row = work[i]
    local diagonal = row[i]
    for j = n + 1, 2 * n do
      local sum = row[j]
      for k = i + 1, n do sum = sum - row[k] * work[k][j] end
      row[j] = sum / diagonal
    end
  end
  local result = {}
  for i = 1, n do
    result[i] = {}
    for j = 1, n do result[i][j] = work[i][n + j] end
  end
  return result
end

local function residual(a, b)
  local n, worst = #a, 0
  for i = 1, n do
    for j = 1, n do
      local sum = i == j and -1.0 or 0.0
      for k = 1, n do sum = sum + a[i][k] * b[k][j] end
      if abs(sum) > worst then worst = abs(sum) end
    end
  end
  return worst
end

local function minor(rows, column)
  local result = {}
  for i = 2, #rows do
    local row = {}
    for j = 1, #rows do
      if j ~= column then row[#row + 1] = rows[i][j] end
    end
    result[#result + 1] = row
  end
  return result
end

local function expand(rows)
  if #rows == 1 then return rows[1][1] end
  local sum, sign = 0, 1
  for column = 1, #rows do
    sum = sum + sign * rows[1][column] * expand(minor(rows, column))
    sign = -sign
  end
  return sum
end

local rows = generate(size, 42)
local mantissa, exponent = determinant(rows)
print(string.format("%.6f %d", mantissa, exponent))
print(residual(rows, inverse(rows)) < 1e-8)

local integers = {}
for i = 1, 8 do
  integers[i] = {}
  for j = 1, 8 do integers[i][j] = (i * j * 7 + i * i + j) % 11 - 5 end
end
print(expand(integers))
