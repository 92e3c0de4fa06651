-- Indices written in the program that are no items of the array: 0, negative ones, far ones.
local t = {}
for i = 1, 300 do
  t[0] = (t[0] or 0) + 1
  t[-1] = (t[-1] or 0) + 2
  t[1000] = (t[1000] or 0) + 3
  t[5] = (t[5] or 0) + 4
end
print(t[0], t[-1], t[1000], t[5], t[2], #t)  --> 300	600	900	1200	nil	0

-- The same place finds nodes, items, nothing, and metamethods.
local log = {}
local logged = setmetatable({}, {
  __index = function(_, key) return "index " .. key end,
  __newindex = function(_, key, value) log[#log + 1] = key .. "=" .. tostring(value) end,
})
local inherits = setmetatable({}, {__index = {[0] = "inherited zero", [3] = "inherited three"}})
local objects = {{}, {[0] = "node", [3] = "node"}, {1, 2, 3}, logged, inherits, setmetatable({[0] = false}, {})}
for round = 1, 3 do
  for _, object in ipairs(objects) do io.write(tostring(object[0]), " ", tostring(object[3]), ",") end
  print()
end
--> nil nil,node node,nil 3,index 0 index 3,inherited zero inherited three,false nil,
--> nil nil,node node,nil 3,index 0 index 3,inherited zero inherited three,false nil,
--> nil nil,node node,nil 3,index 0 index 3,inherited zero inherited three,false nil,
local function store(object, zero, three)
  object[0] = zero
  object[3] = three
end
for round = 1, 2 do
  for _, object in ipairs(objects) do store(object, round, nil) store(object, nil, round) end
end
for _, object in ipairs(objects) do io.write(tostring(rawget(object, 0)), tostring(rawget(object, 3)), " ") end
print(table.concat(log, " "))
--> nil2 nil2 nil2 nilnil nil2 nil2 0=1 3=nil 0=nil 3=1 0=2 3=nil 0=nil 3=2

-- A node becomes an item when the gap before it closes; what is stored there is found again.
local function third(list) return list[3] end
local function set_third(list, value) list[3] = value end
local list = {}
set_third(list, "a")
print(third(list), #list)  --> a	0
list[1] = 1
set_third(list, "b")
list[2] = 2
print(third(list), #list)  --> b	3
set_third(list, "c")
print(third(list), #list, select("#", table.unpack(list)))  --> c	3	3
set_third(list, nil)
print(third(list), #list)  --> nil	2

-- Prototypes: a metamethod that appears in a node is seen at once, and so is an inherited item.
local prototype = {[0] = "old"}
prototype.__index = prototype
local object = setmetatable({}, prototype)
local function zero() return object[0] end
print(zero(), zero())  --> old	old
prototype[0] = "new"
print(zero())  --> new
prototype[0] = nil
print(zero())  --> nil
object[0] = "own"
print(zero())  --> own
for _, value in ipairs {5, 2.5, "text", true, print} do
  print((select(2, pcall(function() value[0] = 1 end)):gsub("^.-:%d+: ", "")), type(value) == "string" or not pcall(function() return value[0] end))
end
--> attempt to index a number value (upvalue 'value')	true
--> attempt to index a number value (upvalue 'value')	true
--> attempt to index a string value (upvalue 'value')	true
--> attempt to index a boolean value (upvalue 'value')	true
--> attempt to index a function value (upvalue 'value')	true
