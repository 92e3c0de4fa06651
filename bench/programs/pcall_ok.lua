-- engines: all
-- kind: pcall
-- count-size: 190000
-- Protected calls that succeed: of Lua functions, of C functions, nested, and with xpcall.
local size = tonumber((...)) or 7600000

local function add(a, b) return a + b end
local function nested(a, b)
  local ok, value = pcall(add, a, b)
  return ok and value
end
local function handler(message) return message end

local sum = 0
for i = 1, size do
  local _, value = pcall(add, i, 1)
  sum = sum + value
  if i % 4 == 0 then
    local _, inner = pcall(nested, i, 2)
    sum = sum + inner
  elseif i % 4 == 1 then
    local _, lower = pcall(math.floor, i + 0.5)
    sum = sum + lower
  elseif i % 4 == 2 then
    local _, other = xpcall(add, handler, i, 3)
    sum = sum + other
  else
    local ok = pcall(function() sum = sum + 1 end)
    if not ok then sum = -1 end
  end
  sum = sum % 1000000007
end
print(sum)
