-- engines: all
-- kind: application
-- count-size: 450
-- Tilings of a rectangle of sixty cells with the twelve pentominoes, as exact cover by dancing
-- links. The size limits the number of placements tried.
local size = tonumber((...)) or 26000

local PIECES = {
  "##./.##/.#.", "#####", "#.../####", "##.../.###", "###/##.", "###/.#./.#.", "#.#/###",
  "#../#../###", "#../##./.##", ".#./###/.#.", ".#../####", "##./.#./.##",
}

local function parse(text)
  local cells, x, y = {}, 0, 0
  for c in text:gmatch(".") do
    if c == "/" then
      x, y = 0, y + 1
    else
      if c == "#" then cells[#cells + 1] = { x, y } end
      x = x + 1
    end
  end
  return cells
end

-- Moves the cells to the corner and gives them a fixed order; returns them and a name.
local function normalise(cells)
  local left, top = math.huge, math.huge
  for _, cell in ipairs(cells) do
    left, top = math.min(left, cell[1]), math.min(top, cell[2])
  end
  local result = {}
  for i, cell in ipairs(cells) do result[i] = { cell[1] - left, cell[2] - top } end
  table.sort(result, function(a, b)
    if a[2] ~= b[2] then return a[2] < b[2] end
    return a[1] < b[1]
  end)
  local name = ""
  for _, cell in ipairs(result) do name = name .. string.format("%d,%d;", cell[1], cell[2]) end
  return result, name
end

local function orientations(cells)
  local seen, result = {}, {}
  for _ = 1, 2 do
    for _ = 1, 4 do
      local turned, name = normalise(cells)
      if not seen[name] then
        seen[name] = true
        result[#result + 1] = turned
      end
      cells = {}
      for i, cell in ipairs(turned) do cells[i] = { -cell[2], cell[1] } end
    end
    for _, cell in ipairs(cells) do cell[1] = -cell[1] end
  end
  return result
end

-- Columns and nodes are records in rings in both directions.
local function new_column(root, name)
  local column = { name = name, count = 0 }
  column.up, column.down = column, column
  column.left, column.right = root.left, root
  root.left.right = column
  root.left = column
  return column
end

local function add_row(columns)
  local first
  for _, column in ipairs(columns) do
    local node = { column = column, up = column.up, down = column }
    column.up.down = node
    column.up = node
    column.count = column.count + 1
    if first then
      node.left, node.right = first.left, first
      first.left.right = node
      first.left = node
    else
      node.left, node.right = node, node
      first = node
    end
  end
end

local function cover(column)
  column.right.left, column.left.right = column.left, column.right
  local row = column.down
  while row ~= column do
    local node = row.right
    while node ~= row do
      node.down.up, node.up.down = node.up, node.down
      node.column.count = node.column.count - 1
      node = node.right
    end
    row = row.down
  end
end

local function uncover(column)
  local row = column.up
  while row ~= column do
    local node = row.left
    while node ~= row do
      node.column.count = node.column.count + 1
      node.down.up, node.up.down = node, node
      node = node.left
    end
    row = row.up
  end
  column.right.left, column.left.right = column, column
end

local solutions, steps = 0, 0

local function search(root)
  if root.right == root then
    solutions = solutions + 1
    return
  end
  local best, candidate = root.right, root.right
  while candidate ~= root do
    if candidate.count < best.count then best = candidate end
    candidate = candidate.right
  end
  if best.count == 0 then return end
  cover(best)
  local row = best.down
  while row ~= best and steps < size do
    steps = steps + 1
    local node = row.right
    while node ~= row do
      cover(node.column)
      node = node.right
    end
    search(root)
    node = row.left
    while node ~= row do
      uncover(node.column)
      node = node.left
    end
    row = row.down
  end
  uncover(best)
end

local function build(width, height)
  local root = {}
  root.left, root.right = root, root
  local piece_columns, cell_columns = {}, {}
  for i = 1, #PIECES do piece_columns[i] = new_column(root, i) end
  for i = 0, width * height - 1 do cell_columns[i] = new_column(root, i) end
  for i, text in ipairs(PIECES) do
    for _, cells in ipairs(orientations(parse(text))) do
      for y = 0, height - 1 do
        for x = 0, width - 1 do
          local columns, fits = { piece_columns[i] }, true
          for _, cell in ipairs(cells) do
            local cx, cy = x + cell[1], y + cell[2]
            fits = fits and cx < width and cy < height
            columns[#columns + 1] = cell_columns[cy * width + cx]
          end
          if fits then add_row(columns) end
        end
      end
    end
  end
  return root
end

search(build(12, 5))
print(solutions, steps)
