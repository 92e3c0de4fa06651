-- Two items of a table change places: one instruction does all four, where they are there.

local function swap(t, i, j) t[i], t[j] = t[j], t[i] end

local t = {10, 20, 30}
for _ = 1, 3 do swap(t, 1, 3) end
print(table.concat(t, " "))                                    --> 30 20 10
for _ = 1, 3 do swap(t, 2, 2) end
print(table.concat(t, " "))                                    --> 30 20 10

-- Keys that are no variables have registers of their own.
local function swap_next(t, i) t[i], t[i + 1] = t[i + 1], t[i] end
for i = 1, 2 do swap_next(t, i) end
print(table.concat(t, " "))                                    --> 20 10 30
local function sorted(t)
  for last = #t, 2, -1 do
    for i = 1, last - 1 do
      if t[i] > t[i + 1] then t[i], t[i + 1] = t[i + 1], t[i] end
    end
  end
  return t
end
print(table.concat(sorted {5, 3, 9, 1, 1, 7}, " "))            --> 1 1 3 5 7 9

-- Items that are absent, and become so.
local holes = {1, 2, 3}
swap(holes, 3, 4)
print(holes[3], holes[4])                                      --> nil	3
swap(holes, 4, 3)
print(holes[3], holes[4], #holes)                              --> 3	nil	3
swap(holes, 0, 1)
print(holes[0], holes[1])                                      --> 1	nil
swap(holes, -5, 2)
print(holes[-5], holes[2])                                     --> 2	nil

-- Other keys at the same place, and back.
local names = {a = 1, b = 2, [1.5] = 3, 7, 8}
for _ = 1, 3 do
  swap(names, "a", "b")
  swap(names, 1, 2)
  swap(names, 1.5, 2)
  swap(names, 2.0, 1)
  swap(names, "a", 1)
end
print(names.a, names.b, names[1.5], names[1], names[2])        --> 2	7	1	3	8
print(pcall(swap, names, nil, 1))                              -->~ false	.*index is nil
print(pcall(swap, nil, 1, 2))                                  -->~ false	.*attempt to index a nil value \(local 't'\)
print(pcall(swap, "text", 1, 2))                               -->~ false	.*attempt to index a string value \(local 't'\)

-- Metamethods get what they would get.
local log = {}
local function note(...) log[#log + 1] = table.concat({...}, ",") end
local watched = setmetatable({1, nil, 3}, {
  __index = function(_, k) note("get", k) return "v" .. k end,
  __newindex = function(s, k, v) note("set", k, v) rawset(s, k, v) end,
})
swap(watched, 1, 2)
swap(watched, 1, 3)
swap(watched, 4, 3)
print(table.concat(log, " "))                                  --> get,2 set,2,1 get,4 set,4,v2
log = {}
local counted = setmetatable({}, {__add = function(a, b) note("add") return 2 end})
t = {"x", "y"}
t[2], t[counted + 1] = t[counted + 1], t[2]
print(table.concat(log, " "), t[1], t[2])                      --> add add	x	y

-- Shapes with a metatable, and proxies in the place of the table.
local class = setmetatable({1, 2}, {__index = function() return "none" end})
for _ = 1, 2 do swap(class, 1, 2) end
swap(class, 1, 2)
print(class[1], class[2])                                      --> 2	1
local real = {"p", "q"}
local proxy = setmetatable({}, {__index = real, __newindex = real})
swap(proxy, 1, 2)
print(real[1], real[2], rawlen(proxy))                         --> q	p	0

-- What only looks like a swap.
local function chain(t, i) t[i], t[t[i]] = t[t[i]], t[i] end
t = {2, 3, 1}
for _ = 1, 3 do chain(t, 1) end
print(table.concat(t, " "))                                    --> 1 2 3
local function shift(t, i, j, k) t[i], t[j] = t[j], t[k] end
t = {1, 2, 3}
for _ = 1, 3 do shift(t, 1, 2, 3) end
print(table.concat(t, " "))                                    --> 3 3 3
local function same(t, i, j) t[i], t[j] = t[i], t[j] end
t = {1, 2}
for _ = 1, 3 do same(t, 1, 2) end
print(table.concat(t, " "))                                    --> 1 2
local function between(a, b, i, j) a[i], b[j] = b[j], a[i] end
local a, b = {1, 2}, {3, 4}
for _ = 1, 3 do between(a, b, 1, 2) end
print(a[1], a[2], b[1], b[2])                                  --> 4	2	3	1
between(a, a, 1, 2)
print(a[1], a[2])                                              --> 2	4

-- Variables that are assigned as well.
local function rotate(t, i, j)
  t[i], t[j], i = t[j], t[i], j
  return i
end
t = {"a", "b"}
print(rotate(t, 1, 2), t[1], t[2])                             --> 2	b	a

-- The registers that the four instructions use hold what they always held.
local function locals(t, i, j)
  t[i], t[j] = t[j], t[i]
  local x, y
  return x, y
end
t = {"a", "b"}
for _ = 1, 2 do print(locals(t, 1, 2)) end
--> nil	nil
--> nil	nil

-- Lines, as hooks see them.
local function lines_of(f, ...)
  local lines, first = {}, debug.getinfo(f, "S").linedefined
  local arguments = table.pack(...)
  f(...)
  debug.sethook(function(_, line) lines[#lines + 1] = line - first end, "l")
  f(table.unpack(arguments, 1, arguments.n))
  debug.sethook()
  local own = {}
  for _, line in ipairs(lines) do if line >= 0 and line < 8 then own[#own + 1] = line end end
  return table.concat(own, " ")
end
print(lines_of(function(t, i, j)
  t[i], t[j] =
    t[j],
    t[i]
end, {1, 2}, 1, 2))                                            --> 2 3 4
print(lines_of(function(t, i, j)
  t[i], t[j] = t[j], t[i]
end, {1, 2}, 1, 2))                                            --> 1 2

-- While the collector works, in both modes: items are new objects.
for _, mode in ipairs {"incremental", "generational"} do
  collectgarbage(mode)
  local list = {}
  for i = 1, 200 do list[i] = {i} end
  for _ = 1, os.getenv("FERROUS_GC_STRESS") and 1 or 300 do
    for i = 1, 199 do
      list[i] = {list[i][1]}
      swap(list, i, i + 1)
    end
  end
  local sum = 0
  for i = 1, 200 do sum = sum + list[i][1] end
  print(mode, sum)
end
collectgarbage("incremental")
--> incremental	20100
--> generational	20100

-- A chunk that has run is dumped as it was compiled.
local dumped = string.dump(swap)
local again = load(dumped)
t = {1, 2}
again(t, 1, 2)
print(t[1], t[2], dumped == string.dump(swap))                 --> 2	1	true
