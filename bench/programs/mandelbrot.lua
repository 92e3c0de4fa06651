-- engines: all
-- kind: float-loop
-- count-size: 160
-- Points of the Mandelbrot set: a float loop with two exits and no tables.
local size = tonumber((...)) or 1000

local function escape_time(cr, ci, limit)
  local zr, zi, zr2, zi2 = 0.0, 0.0, 0.0, 0.0
  for i = 1, limit do
    zi = 2.0 * zr * zi + ci
    zr = zr2 - zi2 + cr
    zr2, zi2 = zr * zr, zi * zi
    if zr2 + zi2 > 4.0 then return i end
  end
  return 0
end

local inside, checksum = 0, 0
for row = 0, size - 1 do
  local ci = 2.0 * row / size - 1.0
  for column = 0, size - 1 do
    local time = escape_time(2.0 * column / size - 1.5, ci, 100)
    if time == 0 then inside = inside + 1 end
    checksum = (checksum * 31 + time) % 1000003
  end
end
print(inside, checksum)
