-- engines: all
-- kind: application
-- count-size: 19
-- Conway's game of life on a torus, as rows of integers, and again as a sparse set of cells.
local size = tonumber((...)) or 770

local WIDTH, HEIGHT = 128, 96

local function random_grid(seed)
  local grid = {}
  for y = 1, HEIGHT do
    local row = {}
    for x = 1, WIDTH do
      seed = (seed * 3877 + 29573) % 139968
      row[x] = seed < 45000 and 1 or 0
    end
    grid[y] = row
  end
  return grid
end

local function step(grid)
  local result = {}
  for y = 1, HEIGHT do
    local above, row, below = grid[y > 1 and y - 1 or HEIGHT], grid[y],
      grid[y < HEIGHT and y + 1 or 1]
    local new_row = {}
    for x = 1, WIDTH do
      local left, right = x > 1 and x - 1 or WIDTH, x < WIDTH and x + 1 or 1
      local neighbours = above[left] + above[x] + above[right] + row[left] + row[right]
        + below[left] + below[x] + below[right]
      new_row[x] = (neighbours == 3 or neighbours == 2 and row[x] == 1) and 1 or 0
    end
    result[y] = new_row
  end
  return result
end

local function population(grid)
  local count, checksum = 0, 0
  for y = 1, HEIGHT do
    for x = 1, WIDTH do
      if grid[y][x] == 1 then
        count = count + 1
        checksum = (checksum * 31 + y * WIDTH + x) % 1000000007
      end
    end
  end
  return count, checksum
end

local grid = random_grid(42)
for _ = 1, size do grid = step(grid) end
print(population(grid))

-- The set form: a cell is the integer y * STRIDE + x, unbounded in both directions.
local STRIDE = 10000
local OFFSETS = { -STRIDE - 1, -STRIDE, -STRIDE + 1, -1, 1, STRIDE - 1, STRIDE, STRIDE + 1 }

local function step_set(cells)
  local neighbours, result = {}, {}
  for cell in pairs(cells) do
    for i = 1, 8 do
      local other = cell + OFFSETS[i]
      neighbours[other] = (neighbours[other] or 0) + 1
    end
  end
  for cell, count in pairs(neighbours) do
    if count == 3 or count == 2 and cells[cell] then result[cell] = true end
  end
  return result
end

-- The R-pentomino.
local origin = 5000 * STRIDE + 5000
local cells = { [origin] = true, [origin + 1] = true, [origin - 1 + STRIDE] = true,
  [origin + STRIDE] = true, [origin + 2 * STRIDE] = true }
for _ = 1, size * 4 do cells = step_set(cells) end
local count, sum = 0, 0
for cell in pairs(cells) do
  count = count + 1
  sum = (sum + cell % 1000003) % 1000003
end
print(count, sum)
