-- engines: all
-- kind: table-ops
-- count-size: 9
-- All solutions of the n queens problem by backtracking over three flag arrays.
local size = tonumber((...)) or 12

local function solve(n)
  local columns, rising, falling = {}, {}, {}
  for i = 1, n do columns[i] = false end
  for i = 1, 2 * n do rising[i], falling[i] = false, false end
  local placed = {}
  local solutions, checksum = 0, 0

  local function place(row)
    if row > n then
      solutions = solutions + 1
      local code = 0
      for i = 1, n do code = (code * 31 + placed[i]) % 1000003 end
      checksum = (checksum + code) % 1000003
      return
    end
    for column = 1, n do
      local up, down = row + column, row - column + n
      if not columns[column] and not rising[up] and not falling[down] then
        columns[column], rising[up], falling[down] = true, true, true
        placed[row] = column
        place(row + 1)
        columns[column], rising[up], falling[down] = false, false, false
      end
    end
  end

  place(1)
  return solutions, checksum
end

for n = 4, size do
  for _ = 1, 2 do print(n, solve(n)) end
end
