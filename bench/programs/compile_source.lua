-- engines: all
-- kind: compile
-- count-size: 160
-- Compilation of generated source with load: many small chunks and one large one, each run once.
local size = tonumber((...)) or 6600

local compile = loadstring or load

local TEMPLATE = [[
local function work_@(first, second, ...)
  local total, list = first * @ + 1, { 1, 2, 3, name = "n@", [first] = second }
  for index = 1, 3 do
    if index % 2 == 0 and first ~= nil then
      total = total + index * (second - 1)
    elseif second >= 3 then
      total = total + #list
    else
      total = total - 1
    end
  end
  while total > 100000 do total = total / 2 end
  local inner = function(x) return x + total + (list.name and 1 or 0) end
  return inner(second), ...
end
result = (result + work_@(@, 4)) % 1000003
]]

local environment = { result = 0 }
local function run(source)
  local chunk
  if setfenv then
    chunk = assert(compile(source, "=generated"))
    setfenv(chunk, environment)
  else
    chunk = assert(compile(source, "=generated", "t", environment))
  end
  chunk()
end

local pieces = {}
for i = 1, size do pieces[i] = TEMPLATE:gsub("@", tostring(i)) end

for _ = 1, 6 do
  for i = 1, size do run(pieces[i]) end
end
print(string.format("%.3f", environment.result))

-- Blocks of 150 functions each: the limit of local variables is 200.
for _ = 1, 6 do
  for first = 1, size, 150 do
    run(table.concat(pieces, "\n", first, math.min(first + 149, size)))
  end
end
print(string.format("%.3f", environment.result))

local items = {}
for i = 1, size * 5 do
  items[i] = "{ id = " .. i .. ", name = 'item " .. i % 100 .. "', " .. i / 8 .. ", -1 }"
end
local data = assert(compile("return {" .. table.concat(items, ",\n") .. "}"))()
print(#data, data[#data].id, data[1].name)

local failures = 0
for i = 1, size do
  if not compile("local x = " .. i .. " + * 2") then failures = failures + 1 end
end
print(failures)
