-- engines: all
-- kind: patterns
-- count-size: 12
-- Pattern matching: gsub with strings, tables and functions, gmatch, find, match, balance,
-- frontier.
local size = tonumber((...)) or 460

local seed = 99
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local words = { "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota" }
local lines = {}
for i = 1, 200 do
  local word, other = words[random(#words) + 1], words[random(#words) + 1]
  lines[i] = string.format("%s_%d = %s(%d, \"%s\") -- [%s] 20%02d-%02d-%02d $%s$", word,
    random(1000), other, random(100000), word, other, random(100), random(12) + 1,
    random(28) + 1, other)
end
local text = table.concat(lines, "\n")

local names = { alpha = "A", beta = "B", gamma = "C" }
local sum = 0
for _ = 1, size do
  local replaced, count = text:gsub("%a+", names)
  sum = sum + #replaced + count
  replaced, count = text:gsub("(%d+)%-(%d+)%-(%d+)", "%3.%2.%1")
  sum = sum + #replaced + count
  replaced, count = text:gsub("%$(%w+)%$", function(name) return name:upper() .. "!" end)
  sum = sum + #replaced + count
  replaced, count = text:gsub("%s+", " ")
  sum = sum + #replaced + count
  for name, value in text:gmatch("(%w+_%d+) = (%b())") do sum = sum + #name + #value end
  for _ in text:gmatch("%f[%a]%a*eta%f[%A]") do sum = sum + 1 end
  for i = 1, #lines do
    local line = lines[i]
    local first, last, digits = line:find("^%a+_(%d+)")
    sum = sum + first + last + tonumber(digits)
    local comment = line:match("%-%-%s*%[(.-)%]")
    sum = sum + #comment + (line:find("zeta", 1, true) or 0)
    if line:match("^[%a_][%w_]*%s*=%s*[^\"]*\"[^\"]+\"") then sum = sum + 1 end
  end
  sum = sum % 1000000007
end
print(sum)
