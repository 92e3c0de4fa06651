-- Items of items: t[i][j] is one instruction while both are there.

local function get(t, i, j) return t[i][j] end

local grid = {{1, 2}, {3, 4}, "row", setmetatable({}, {__index = function(_, k) return "m" .. k end})}
for _ = 1, 3 do print(get(grid, 1, 2), get(grid, 2, 1), get(grid, 2, 3), get(grid, 4, 7)) end
--> 2	3	nil	m7
--> 2	3	nil	m7
--> 2	3	nil	m7
print(pcall(get, grid, 3, 1))     -->~ true	nil
print(pcall(get, grid, 5, 1))     -->~ false	.*attempt to index a nil value \(field '\?'\)
print(pcall(get, nil, 1, 1))      -->~ false	.*attempt to index a nil value \(local 't'\)
print(pcall(get, {12}, 1, 1))     -->~ false	.*attempt to index a number value \(field '\?'\)
print(get({{[0] = "zero", [1.5] = "float", name = "n", [1 << 60] = "wide"}}, 1, 0))    --> zero
print(get({{[1.5] = "float"}}, 1, 1.5), get({{name = "n"}}, 1, "name"), get({{1}}, 1, 1.0))
--> float	n	1
print(get({a = {b = "x"}}, "a", "b"), get({a = {"y"}}, "a", 1), get(grid, 1, 1))       --> x	y	1
print(get({[0] = {"below"}}, 0, 1), get({[0] = {[-1] = "least"}}, 0, -1))              --> below	least

-- The row stays in a register of its own where it is a variable.
local function row_and_item(t, i, j) local row = t[i] local x = row[j] return row, x end
for _ = 1, 2 do
  local row, x = row_and_item(grid, 2, 2)
  print(row == grid[2], x)
end
--> true	4
--> true	4
local function three(t, i, j, k) return t[i][j][k] end
local cube = {{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}
for _ = 1, 2 do print(three(cube, 1, 1, 1), three(cube, 2, 1, 2), three(cube, 2, 2, 2), three(cube, 1, 2, 3)) end
--> 1	6	8	nil
--> 1	6	8	nil
local function itself(t, i) return t[i][i] end
for _ = 1, 2 do print(itself(grid, 1), itself(grid, 2)) end
--> 1	4
--> 1	4

-- Upvalues, and what changes between two uses.
local function from_upvalue(i, j) return cube[i][j] end
print(from_upvalue(1, 2)[1], from_upvalue(2, 2)[2])            --> 3	8
cube = {{{"new"}}}
print(from_upvalue(1, 1)[1], (pcall(from_upvalue, 2, 1)))      --> new	false

-- Metamethods that yield, for the first key and for the second.
local lazy = setmetatable({}, {__index = function(_, i)
  return setmetatable({}, {__index = function(_, j) return coroutine.yield(i, j) end})
end})
local co = coroutine.wrap(function() return get(lazy, 3, 4), get(grid, 1, 1) end)
print(co())                                                    --> 3	4
print(co("back"))                                              --> back	1

-- Lines, as hooks see them.
local function spread(t, i, j)
  local row = t[i]
  local x = row[j]
  return x
end
for _ = 1, 2 do spread(grid, 1, 1) end
local lines, base = {}, debug.getinfo(spread, "S").linedefined
debug.sethook(function(_, line) lines[#lines + 1] = line - base end, "l")
spread(grid, 1, 1)
debug.sethook()
print(table.concat(lines, " ", 2, #lines - 1))                 --> 1 2 3

-- Weak rows come and go.
local weak = setmetatable({}, {__mode = "v"})
local kept = {1, 2}
weak[1], weak[2] = kept, {3}
local function at(i) return (weak[i] or {})[1] end
for _ = 1, 2 do at(1) end
collectgarbage()
print(at(1), at(2), pcall(get, weak, 1, 2))                    --> 1	nil	true	2
