-- engines: lua54
-- kind: int-loop
-- count-size: 1
-- Sudoku by bit masks: candidate sets as integers, the cell with the fewest candidates first.
local size = tonumber((...)) or 36

local PUZZLES = {
  "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79",
  "..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9",
  "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..",
  "1....7.9..3..2...8..96..5....53..9...1..8...26....4...3......1..4......7..7...3..",
}

local BOX = {}
for cell = 0, 80 do BOX[cell] = cell // 27 * 3 + cell % 9 // 3 end

local function bit_count(n)
  local count = 0
  while n ~= 0 do
    n = n & n - 1
    count = count + 1
  end
  return count
end

local COUNT = {}
for i = 0, 511 do COUNT[i] = bit_count(i) end

local function solve(puzzle, node_limit)
  local rows, columns, boxes, cells, open = {}, {}, {}, {}, {}
  for i = 0, 8 do rows[i], columns[i], boxes[i] = 511, 511, 511 end
  for cell = 0, 80 do
    local c = puzzle:byte(cell + 1)
    if c == 46 then
      open[#open + 1] = cell
    else
      local bit = 1 << c - 49
      cells[cell] = bit
      rows[cell // 9] = rows[cell // 9] & ~bit
      columns[cell % 9] = columns[cell % 9] & ~bit
      boxes[BOX[cell]] = boxes[BOX[cell]] & ~bit
    end
  end
  local nodes = 0

  local function place(count)
    if count == 0 then return true end
    nodes = nodes + 1
    if nodes > node_limit then return true end
    local best, best_index, best_set = 10, 0, 0
    for i = 1, count do
      local cell = open[i]
      local set = rows[cell // 9] & columns[cell % 9] & boxes[BOX[cell]]
      local candidates = COUNT[set]
      if candidates < best then
        best, best_index, best_set = candidates, i, set
        if candidates <= 1 then break end
      end
    end
    if best == 0 then return false end
    local cell = open[best_index]
    open[best_index], open[count] = open[count], cell
    local row, column, box = cell // 9, cell % 9, BOX[cell]
    while best_set ~= 0 do
      local bit = best_set & -best_set
      best_set = best_set ~ bit
      rows[row], columns[column], boxes[box] = rows[row] ~ bit, columns[column] ~ bit,
        boxes[box] ~ bit
      cells[cell] = bit
      if place(count - 1) then return true end
      rows[row], columns[column], boxes[box] = rows[row] | bit, columns[column] | bit,
        boxes[box] | bit
    end
    open[best_index], open[count] = cell, open[best_index]
    return false
  end

  place(#open)
  local checksum = 0
  for cell = 0, 80 do checksum = checksum * 31 + (cells[cell] or 0) & 0xffffff end
  return nodes, checksum
end

for index, puzzle in ipairs(PUZZLES) do
  local nodes, checksum
  for _ = 1, size do nodes, checksum = solve(puzzle, 20000) end
  print(index, nodes, checksum)
end
