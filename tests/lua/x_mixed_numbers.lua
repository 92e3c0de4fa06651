-- Sites of arithmetic that meet integers, floats, wide integers, strings and tables by turns: whatever form
-- an instruction has, its result is that of one that never met anything else.
local values = {1, 2.5, -3, 0.0, 7, 1 << 46, -(1 << 47), 1 << 47, math.maxinteger, math.mininteger, 1e300,
                "5", "0x10", "2.5", -0.0, 3.0, 1 / 0}
local sites = {
  "a + b", "a - b", "a * b", "a % b", "a // b", "a / b", "a ^ b",
  "a + 3", "a - 3", "a * 3", "a % 3", "a // 3", "3 + a", "3 - a", "a + 0.5", "a * 0.5", "0.5 - a", "a % 0.5",
  "a * 3 + b", "(a + b) * (a - b)", "a + 1 - b * 2", "-a + b",
}

local function show(ok, v)
  if not ok then return "error: " .. tostring(v):gsub("^[^:]*:%d+: ", "") end
  return math.type(v) .. " " .. string.format(math.type(v) == "integer" and "%d" or "%a", v)
end
local function make(site) return load("local a, b = ... return " .. site) end

local count = 0
for _, site in ipairs(sites) do
  local much = make(site) -- is called with everything
  for i = 1, os.getenv("FERROUS_GC_STRESS") and 20 or 6 * #values * #values do
    local a = values[i * 7919 % #values + 1]
    local b = values[i // #values * 31 % #values + 1]
    local got, wanted = show(pcall(much, a, b)), show(pcall(make(site), a, b))
    if got ~= wanted and not (got:find("nan") and wanted:find("nan")) then
      error(site .. " of " .. tostring(a) .. ", " .. tostring(b) .. ": " .. got .. ", not " .. wanted)
    end
    count = count + 1
  end
end
print(count >= 440)                                                       --> true

-- With metamethods among them, which yield.
local mt = {__add = function(x, y) return coroutine.yield(type(x) .. type(y)) end}
local object = setmetatable({}, mt)
local add = coroutine.wrap(function()
  local list, sum = {1, 0.5, object, 2, 1 << 50, object, 0.25}, {}
  for turn = 1, 3 do
    for i, v in ipairs(list) do sum[#sum + 1] = v + 1 end
  end
  return table.concat(sum, " ")
end)
local said = {add()}
for i = 1, 5 do said[#said + 1] = add(i) end
print(said[1], said[6])                                                   --> tablenumber	tablenumber
print(add(6))  --> 2 1.5 1 3 1125899906842625 2 1.25 2 1.5 3 3 1125899906842625 4 1.25 2 1.5 5 3 1125899906842625 6 1.25

-- A loop's variable that turns into a float half-way.
local x, trace = 1, {}
for i = 1, 6 do
  x = x * 3 - i
  if i % 2 == 0 then x = x + 0.5 elseif i == 5 then x = x // 1 | 0 end
  trace[i] = math.type(x)
end
print(x, table.concat(trace, " "))  --> 231.5	integer float float float integer float
