-- Details the manual leaves open, as programs know them from the reference.

-- A message handler is called for its own errors until the C stack is full, some 200 times.
local calls = 0
local function failing() calls = calls + 1; error "again" end
print(xpcall(error, failing))                        --> false	error in error handling
print(calls > 190 and calls < 230)                   --> true
calls = 0
print(xpcall(error, function()                       --> false	enough
  calls = calls + 1
  if calls < 100 then error "again" end
  return "enough"
end))
print(calls)                                         --> 100
local function endless() return 1 + endless() end
print(xpcall(endless, endless))                      --> false	error in error handling
print(xpcall(endless, failing))                      --> false	error in error handling
-- The count starts again behind a protected call.
calls = 0
print(xpcall(error, function() return pcall(xpcall, error, failing) end)) --> false	true
print(calls > 150 and calls < 230)                   --> true

-- The collector's percentages are kept in a byte, in units of four.
for _, option in ipairs {"setpause", "setstepmul"} do
  local seen = {}
  for _, value in ipairs {0, 3, 4, 101, 199, 200, 1000, 1023, 1024, -1, -5} do
    collectgarbage(option, value)
    seen[#seen + 1] = collectgarbage(option, value)
  end
  print(table.concat(seen, " "))
end
--> 0 0 4 100 196 200 1000 1020 0 0 1020
--> 0 0 4 100 196 200 1000 1020 0 0 1020
collectgarbage("incremental", 203, 405)
print(collectgarbage("setpause", 200), collectgarbage("setstepmul", 100)) --> 200	404

-- The state of loops, as debug.getlocal shows it.
local function state()
  local values = {}
  for i = 1, 99 do
    local name, value = debug.getlocal(2, i)
    if not name then return table.concat(values, " ") end
    if name == "(for state)" then
      values[#values + 1] = type(value) == "number" and tostring(value) or type(value)
    end
  end
end
do
  for i = 1, 2 do print(state()) end                 --> 1 1 1
                                                     --> 2 0 1
  for i = 1.5, 1.5 do print(state()) end             --> 1.5 1.5 1.0
  for i = math.mininteger, math.maxinteger, math.maxinteger do print(state()) end
  --> -9223372036854775808 2 9223372036854775807
  --> -1 1 9223372036854775807
  --> 9223372036854775806 0 9223372036854775807
  for i = math.mininteger, math.maxinteger do print(state()) break end
  --> -9223372036854775808 -1 1
  for k in pairs {7, 8, x = 9} do print(state()) end
  --> function table 1 nil
  --> function table 2 nil
  --> function table string nil
  for _ in ipairs {7} do print(state()) end          --> function table 1 nil
end

-- A loop over next goes on from the key that debug.setlocal gives it.
local function go_on_from(key)
  for i = 1, 99 do
    local name, value = debug.getlocal(2, i)
    if name == "(for state)" and value == next then return debug.setlocal(2, i + 2, key) end
  end
end
for k, v in next, {10, 20, 30, 40, 50} do
  print(k, v)
  if k == 2 then go_on_from(4) end
end
--> 1	10
--> 2	20
--> 5	50

-- A light userdata as the closing value of a loop over next is that, and no position.
local light = debug.upvalueid(function() return calls end, 1)
debug.setmetatable(light, {__close = function(v, e) print("closed", v == light, e) end})
for k, v in next, {1, 2, 3, x = 4}, nil, light do print(k, v) end
--> 1	1
--> 2	2
--> 3	3
--> x	4
--> closed	true	nil
for k in next, {1, 2, 3}, 1, light do print(k) break end
--> 2
--> closed	true	nil
debug.setmetatable(light, nil)

-- An upvalue that is indexed is read behind its key, an upvalue or local that is an operand before.
do
  local t, u = {1, 10}, 5
  local function other() t = {2, 20} return 1 end
  local function seven() u = 7 return 1 end
  print((function() return t[other()] end)())        --> 2
  t = {1, 10}
  print((function() return t[other()] + t[2] end)()) --> 22
  local old = {1, 10}
  t = old
  ;(function() t[other()] = 5 end)()
  print(t[1], old[1])                                --> 5	1
  t = old
  ;(function() local x x, t[other()] = 1, 6 end)()
  print(t[1], old[1])                                --> 6	1
  print((function() return u + seven() end)())       --> 6
  t = old
  print(t[other()], (function() return t[other() + 1] end)()) --> 2	20
end

-- How deep calls through C nest: pcall, coroutines and C functions that call back count alike.
local function depth(nest)
  local levels = 0
  local function again() levels = levels + 1 return nest(again) end
  local ok, message = pcall(again)
  return levels, (tostring(message):gsub(".*: ", ""))
end
local function passed_on(ok, message) if not ok then error(message, 0) end end
print(depth(function(f) passed_on(pcall(f)) end))                              --> 197	C stack overflow
print(depth(function(f) string.gsub("a", "a", f) end))                         --> 197	C stack overflow
print(depth(function(f) table.sort({1, 2}, f) end))                            --> 197	C stack overflow
print(depth(function(f) passed_on(load(f)) end))                               --> 197	C stack overflow
print(depth(function(f) passed_on(coroutine.resume(coroutine.create(f))) end)) --> 197	C stack overflow
print(depth(function(f) coroutine.wrap(f)() end))                              --> 197	C stack overflow
print(depth(function(f) string.gsub("a", "a", coroutine.wrap(f)) end))         --> 99	C stack overflow
print(depth(function(f) local x <close> = setmetatable({}, {__close = f}) end)) --> 197	C stack overflow
