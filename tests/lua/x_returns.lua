-- Where values go that a function returns: to calls that want fewer or more, to loops, to pcall; of
-- functions with varargs, that leave variables to be closed, that end in a call, or were resumed.

local function none() end
local function one(a) return a end
local function two(a, b) return a, b end
local function three(a, b) return a, b, a end
local function open(...) return ... end
local function fixed_and_open(a, ...) return a, ... end
local function captured(a, b) local f = function() return a end return a, b, f() end
local function tail_none() return none() end
local function tail_two(a, b) return two(a, b) end
local function tail_open(...) return open(...) end
local function tail_select(...) return select(2, ...) end
local functions = {none, one, two, three, open, fixed_and_open, captured, tail_none, tail_two,
                   tail_open, tail_select}

local function show(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))) end
  return table.concat(parts, " ")
end

-- Every function to every kind of call, several times, so that all forms of the instructions run.
local function calls(f)
  local a = f(1, 2)
  local b, c = f(1, 2)
  local d, e, g, h, i = f(1, 2)
  f(1, 2)
  return show(a), show(b, c), show(d, e, g, h, i), show(f(1, 2)), show((f(1, 2))), select("#", f(1, 2))
end
local function protected_calls(f)
  local a = pcall(f, 1, 2)
  local b, c = pcall(f, 1, 2)
  local d, e, g, h, i = pcall(f, 1, 2)
  pcall(f, 1, 2)
  return show(a), show(b, c), show(d, e, g, h, i), show(pcall(f, 1, 2)), select("#", pcall(f, 1, 2)),
         show(xpcall(f, print, 1, 2))
end
local function all(calls)
  local lines = {}
  for round = 1, 3 do
    for i, f in ipairs(functions) do
      local line = table.concat({calls(f)}, "|")
      assert(round == 1 or line == lines[i])
      lines[i] = line
    end
  end
  return table.concat(lines, "\n")
end
print(all(calls))
--> nil|nil nil|nil nil nil nil nil||nil|0
--> 1|1 nil|1 nil nil nil nil|1|1|1
--> 1|1 2|1 2 nil nil nil|1 2|1|2
--> 1|1 2|1 2 1 nil nil|1 2 1|1|3
--> 1|1 2|1 2 nil nil nil|1 2|1|2
--> 1|1 2|1 2 nil nil nil|1 2|1|2
--> 1|1 2|1 2 1 nil nil|1 2 1|1|3
--> nil|nil nil|nil nil nil nil nil||nil|0
--> 1|1 2|1 2 nil nil nil|1 2|1|2
--> 1|1 2|1 2 nil nil nil|1 2|1|2
--> 2|2 nil|2 nil nil nil nil|2|2|1
print(all(protected_calls))
--> true|true nil|true nil nil nil nil|true|1|true
--> true|true 1|true 1 nil nil nil|true 1|2|true 1
--> true|true 1|true 1 2 nil nil|true 1 2|3|true 1 2
--> true|true 1|true 1 2 1 nil|true 1 2 1|4|true 1 2 1
--> true|true 1|true 1 2 nil nil|true 1 2|3|true 1 2
--> true|true 1|true 1 2 nil nil|true 1 2|3|true 1 2
--> true|true 1|true 1 2 1 nil|true 1 2 1|4|true 1 2 1
--> true|true nil|true nil nil nil nil|true|1|true
--> true|true 1|true 1 2 nil nil|true 1 2|3|true 1 2
--> true|true 1|true 1 2 nil nil|true 1 2|3|true 1 2
--> true|true 2|true 2 nil nil nil|true 2|2|true 2

-- With hooks, the same.
for _, mask in ipairs({"c", "r", "l", "crl"}) do
  local plain, plain_protected = all(calls), all(protected_calls)
  local events = 0
  debug.sethook(function() events = events + 1 end, mask)
  local hooked, hooked_protected = all(calls), all(protected_calls)
  debug.sethook()
  assert(hooked == plain and hooked_protected == plain_protected and events > 100)
end

-- Iterators: every way to end a round, with every number of variables.
local function to_three(_, i) i = i + 1 if i <= 3 then return i, i * 10, i * 100 end end
local function to_three_one(_, i) if i < 3 then return i + 1 end end
local function to_three_nil(_, i) if i < 3 then return i + 1, nil, "x" end return nil, "left" end
local function to_three_open(...) local _, i = ... if i < 3 then return i + 1, ... end end
local function to_three_tail(state, i) return to_three(state, i) end
local function to_three_tail_open(...) return to_three_open(...) end
local function to_three_tail_native(_, i) return select(i + 1, 1, 2, 3) end
local function to_three_closing(_, i)
  local made = function() return i end
  if made() < 3 then return made() + 1, made end
end
local function to_three_closed(_, i)
  local guard <close> = setmetatable({}, {__close = function() end})
  if i < 3 then return i + 1, i end
end
local iterators = {to_three, to_three_one, to_three_nil, to_three_open, to_three_tail,
                   to_three_tail_open, to_three_tail_native, to_three_closing, to_three_closed}

local function name(v) return type(v) == "number" and v or type(v) end
local function loops(f)
  local parts = {}
  local function note(...)
    for i = 1, select("#", ...) do parts[#parts + 1] = name((select(i, ...))) end
    parts[#parts + 1] = ";"
  end
  for a in f, 1, 0 do note(a) end
  for a, b in f, 1, 0 do note(a, b) end
  for a, b, c, d in f, 1, 0 do note(a, b, c, d) end
  for a in f, 1, 3 do note(a) end
  return table.concat(parts, " ")
end
local seen = {}
for round = 1, 3 do
  for i, f in ipairs(iterators) do
    local line = loops(f)
    assert(round == 1 or line == seen[i])
    seen[i] = line
  end
end
print(table.concat(seen, "\n"))
--> 1 ; 2 ; 3 ; 1 10 ; 2 20 ; 3 30 ; 1 10 100 nil ; 2 20 200 nil ; 3 30 300 nil ;
--> 1 ; 2 ; 3 ; 1 nil ; 2 nil ; 3 nil ; 1 nil nil nil ; 2 nil nil nil ; 3 nil nil nil ;
--> 1 ; 2 ; 3 ; 1 nil ; 2 nil ; 3 nil ; 1 nil string nil ; 2 nil string nil ; 3 nil string nil ;
--> 1 ; 2 ; 3 ; 1 1 ; 2 1 ; 3 1 ; 1 1 0 nil ; 2 1 1 nil ; 3 1 2 nil ;
--> 1 ; 2 ; 3 ; 1 10 ; 2 20 ; 3 30 ; 1 10 100 nil ; 2 20 200 nil ; 3 30 300 nil ;
--> 1 ; 2 ; 3 ; 1 1 ; 2 1 ; 3 1 ; 1 1 0 nil ; 2 1 1 nil ; 3 1 2 nil ;
--> 1 ; 2 ; 3 ; 1 2 ; 2 3 ; 3 nil ; 1 2 3 nil ; 2 3 nil nil ; 3 nil nil nil ;
--> 1 ; 2 ; 3 ; 1 function ; 2 function ; 3 function ; 1 function nil nil ; 2 function nil nil ; 3 function nil nil ;
--> 1 ; 2 ; 3 ; 1 0 ; 2 1 ; 3 2 ; 1 0 nil nil ; 2 1 nil nil ; 3 2 nil nil ;

-- The same with hooks, set from the start or within a round.
for _, mask in ipairs({"c", "r", "l", "crl"}) do
  local function hook() end
  for i, f in ipairs(iterators) do
    debug.sethook(hook, mask)
    local line = loops(f)
    debug.sethook()
    assert(line == seen[i])
    local sum = 0
    for a in f, 1, 0 do
      sum = sum + a
      if a == 1 then debug.sethook(hook, mask) elseif a == 2 then debug.sethook() end
    end
    local toggled = 0
    for a in function(_, i) debug.sethook(hook, mask) local v = f(_, i) debug.sethook() return v end, 1, 0 do
      toggled = toggled + a
    end
    assert(sum == 6 and toggled == 6)
  end
end

-- Iterators that yield, fail, or are called where the stack has to move.
local function yielding(_, i)
  coroutine.yield(i)
  if i < 3 then return i + 1, "v" .. i end
end
print(show(coroutine.wrap(function() return "in", "coroutine", 3 end)())) --> in coroutine 3
local co = coroutine.wrap(function()
  local out = {}
  for a, b in yielding, nil, 0 do out[#out + 1] = a .. b end
  return table.concat(out, " "), "end"
end)
print(co(), co(), co(), co(), co()) --> 0	1	2	3	1v0 2v1 3v2	end

local function failing(_, i) if i == 2 then error({"at", i}) end return i + 1, i end
print(pcall(function() for a, b in failing, nil, 0 do assert(a == b + 1) end end)) -->~ false	table: .*

local function deep(n) if n == 0 then return 0, 1 end local a, b = deep(n - 1) return a + 1, b + 1 end
print(deep(10000)) --> 10000	10001
local function growing(state, i)
  deep(state * (i + 1))
  if i < 8 then return i + 1, deep(i) end
end
local total = 0
coroutine.wrap(function() for a, b, c in growing, 500, 0 do total = total + a + b + c end end)()
print(total) --> 100

-- A pcall inside of an iterator, and a loop inside of a pcall.
local function careful(_, i)
  local ok, a, b = pcall(two, i + 1, i)
  if ok and a <= 3 then return a, b end
end
local ok, text = pcall(function()
  local parts = {}
  for a, b in careful, nil, 0 do parts[#parts + 1] = a .. ":" .. b end
  return table.concat(parts, " "), 2
end)
print(ok, text) --> true	1:0 2:1 3:2

-- What a function closes when it returns keeps its value, also while memory is being collected.
local getters = {}
for i = 1, 200 do
  local function make(a, b)
    local sum = a + b
    return function() return sum end, function() sum = sum + 1 return sum end, {}
  end
  local get, add = make(i, i)
  add()
  getters[i] = get
  if i % 50 == 0 then collectgarbage("step") end
end
local sum = 0
for _, get in ipairs(getters) do sum = sum + get() end
print(sum) --> 40400
