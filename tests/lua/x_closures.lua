-- Closures by number of upvalues, and by the order in which variables are captured: whose cells are
-- at hand, found again, or put between others.

-- Functions that capture the first n of their variables, in every order of three.
local orders = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}}
local function capture(order)
  local a, b, c = 1, 2, 3
  local made = {}
  for i, which in ipairs(order) do
    if which == 1 then made[i] = function(v) if v then a = v end return a, b end
    elseif which == 2 then made[i] = function(v) if v then b = v end return b, c end
    else made[i] = function(v) if v then c = v end return c, a end end
  end
  local all = function() return a, b, c end
  made[1](order[1] * 10)
  return all, made
end
local kept = {}
for round = 1, 300 do
  for i, order in ipairs(orders) do
    local all, made = capture(order)
    made[2](order[2] * 100)
    made[3](order[3] * 1000)
    kept[#kept % 50 + 1] = {all, order}
  end
end
for _, pair in ipairs(kept) do
  local values, order = {pair[1]()}, pair[2]
  assert(values[order[1]] == order[1] * 10 and values[order[2]] == order[2] * 100)
  assert(values[order[3]] == order[3] * 1000)
end

-- From none to nine upvalues.
local a, b, c, d, e, f, g, h, i = 1, 2, 3, 4, 5, 6, 7, 8, 9
local sums = {}
for round = 1, 200 do
  local x, y, z = round, round * 2, round * 3
  local makers = {
    function() return 0 end,
    function() return x end,
    function() return y + x end,
    function() return x + z + y end,
    function() return x + y + z + a end,
    function() return z + y + x + a + b end,
    function() return x + a + b + c + d + e end,
    function() return x + y + a + b + c + d + e end,
    function() return x + y + z + a + b + c + d + e end,
    function() return a + b + c + d + e + f + g + h + i end,
  }
  x = x + 1
  for n, maker in ipairs(makers) do sums[n] = (sums[n] or 0) + maker() end
end
print(table.concat(sums, " ")) --> 0 20300 60500 120800 121000 121400 23300 63500 123800 9000

-- Each round of a loop, and each call, has variables of its own; inner functions share them.
local getters, setters = {}, {}
for n = 1, 100 do
  local value = n
  getters[n] = function() return value end
  setters[n] = function(v) value = v end
  if n % 2 == 0 then setters[n](-n) end
end
local total = 0
for n = 1, 100 do total = total + getters[n]() end
print(total) --> -50

-- In coroutines that are left while variables are captured, and never resumed, or much later.
local waiting = {}
for n = 1, 100 do
  local co = coroutine.wrap(function()
    local low, high = n, n * 2
    local function both() return low + high end
    coroutine.yield(both, function(v) low = v end)
    return both() + low
  end)
  local both, set = co()
  waiting[n] = {co, both, set}
  if n % 3 == 0 then waiting[n][1] = nil end
  if n % 10 == 0 then collectgarbage() end
end
total = 0
for n, entry in ipairs(waiting) do
  local co, both, set = table.unpack(entry, 1, 3)
  set(0)
  total = total + both() + (co and co() or 0)
end
print(total) --> 16834

-- A closure is collectable, and keeps what it captured.
local weak = setmetatable({}, {__mode = "k"})
local function hold(object) return function() return object end end
local held = hold({"kept"})
for n = 1, 100 do
  local object = {}
  weak[object] = true
  weak[hold(object)] = true
end
weak[held()] = true
collectgarbage()
collectgarbage()
local count = 0
for object in pairs(weak) do count = count + (object == held() and 1 or 100) end
print(count) --> 1
