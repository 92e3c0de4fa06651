-- Finalizers are called as fast as programs make objects that have one: files that are left to the
-- collector do not pile up, however small the heap.
local waiting, most = 0, 0
local meta = {__gc = function() waiting = waiting - 1 end}

local function make()
  waiting = waiting + 1
  if waiting > most then most = waiting end
  return setmetatable({}, meta)
end

local count = os.getenv("FERROUS_GC_STRESS") and 500 or 100000
for i = 1, count do make() end
print(most < 1000)  --> true

-- Nor do objects without finalizers delay the next collection of those with one.
most = 0
for i = 1, count do
  make()
  local t = {i, i}
end
print(most < 1000)  --> true

-- Files that nobody closes: more than a process may have open at once.
local function read_and_forget(name)
  local file = assert(io.open(name))
  return file:read(1)
end
for i = 1, count // 20 do read_and_forget("/dev/null") end
for i = 1, count // 20 do
  for line in io.lines("/dev/zero", 1) do break end
end
print("files")  --> files

-- A few that live long allow as many more to wait, not many times as many.
local kept = {}
for i = 1, count // 100 do kept[i] = make() end
most = 0
for i = 1, count do make() end
print(most < 6000)  --> true

-- Many that die at once do not wait for as much to be allocated.
kept = {}
for i = 1, count do kept[i] = make() end
kept = nil
local steps = 0
while waiting > 1000 and steps < 20 * count do
  local t = {}
  steps = steps + 1
end
print(waiting <= 1000)  --> true
