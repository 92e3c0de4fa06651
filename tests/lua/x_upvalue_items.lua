-- Tables that are upvalues, indexed by what is in a register: upvalue and item are fetched at once.

local t = {10, 20, 30}
local function get(i) return t[i] end
local function next_of(i) return t[i + 1] end
local function twice(i) return t[t[i]] end
local function set(new) t = new end

for _ = 1, 3 do print(get(1), get(3), get(4), next_of(1), next_of(3)) end
--> 10	30	nil	20	nil
--> 10	30	nil	20	nil
--> 10	30	nil	20	nil
set {2, 3, 1}
for _ = 1, 2 do print(twice(1), twice(2), twice(3)) end
--> 3	1	2
--> 3	1	2

-- Other keys, and integers again.
set {1, nil, 3, name = "n", [0] = "zero", [-1] = "minus", [1.5] = "float", [1 << 60] = "wide"}
for _ = 1, 2 do
  print(get(1), get(2), get(3), get("name"), get(0), get(-1), get(1.5), get(1 << 60), get(1.0), get(true))
end
--> 1	nil	3	n	zero	minus	float	wide	1	nil
--> 1	nil	3	n	zero	minus	float	wide	1	nil
print(get(1), next_of(-1), next_of(0.5), next_of((1 << 60) - 1), next_of(0.0))
--> 1	zero	float	wide	1

-- Metamethods, which may yield and change the upvalue.
local log = {}
set(setmetatable({1}, {__index = function(_, k)
  log[#log + 1] = k
  set {"other"}
  return coroutine.yield(k)
end}))
local co = coroutine.wrap(function() return get(1), get(2), get(1) end)
print(co())                                           --> 2
print(co("resumed"))                                  --> 1	resumed	other
print(#log, log[1])                                   --> 1	2
local proxy = setmetatable({}, {__index = function(_, k) return k * 2 end})
set(proxy)
print(get(4), next_of(4), twice(1))                   --> 8	10	4

-- Names in messages.
set(nil)
print(pcall(get, 1))              -->~ false	.*attempt to index a nil value \(upvalue 't'\)
print(pcall(next_of, 1))          -->~ false	.*attempt to index a nil value \(upvalue 't'\)
set {1}
print(pcall(next_of, {}))         -->~ false	.*attempt to perform arithmetic on a table value \(local 'i'\)
print(pcall(function(i) t[i]() end, 1))               -->~ false	.*attempt to call a number value \(field '\?'\)
print(pcall(function(i) return t[i] + {} end, 1))     -->~ false	.*attempt to perform arithmetic on a table value
print(pcall(function(i) return t[i] .. {} end, 2))    -->~ false	.*attempt to concatenate a nil value \(field '\?'\)
print(pcall(function(i) return t[i].x.y end, 1))      -->~ false	.*attempt to index a number value \(field '\?'\)
set(12)
print(pcall(get, 1))              -->~ false	.*attempt to index a number value \(upvalue 't'\)
set("text")
print(get("len") == string.len, get(1))               --> true	nil

-- The globals' table is an upvalue, too.
local function global(name) return _ENV[name] end
for _ = 1, 2 do print(global("print") == print, global(1)) end
--> true	nil
--> true	nil
print(pcall(function(name) _ENV[name]() end, "x"))    -->~ false	.*attempt to call a nil value \(global '\?'\)

-- Upvalues that are set through debug, and chunks that were dumped.
set {"a", "b"}
get(1)
debug.setupvalue(get, 1, {"c"})
print(get(1), next_of(0))                             --> c	c
local copy = load(string.dump(get))
debug.setupvalue(copy, 1, {"own"})
for _ = 1, 2 do print(copy(1), copy(2)) end
--> own	nil
--> own	nil
print(string.dump(copy) == string.dump(get))          --> true

-- Lines and counts, as hooks see them.
local function lines_of(f)
  local lines, base = {}, debug.getinfo(f, "S").linedefined
  for _ = 1, 2 do f(1) end
  debug.sethook(function(_, line) lines[#lines + 1] = line - base end, "l")
  f(1)
  debug.sethook()
  return table.concat(lines, " ", 2, #lines - 1)
end
print(lines_of(function(i)
  local x =
    t[
      i]
  return x
end))                                                 --> 3 4
print(lines_of(function(i)
  local list = t
  local x = list[i]
  return x
end))                                                 --> 1 2 3
