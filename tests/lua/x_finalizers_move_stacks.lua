-- A finalizer runs inside whatever instruction collected, on the stack of the function under way:
-- there it may make the stack and the frames grow, and so move.
local function deep(n)
  if n == 0 then return 0 end
  return 1 + deep(n - 1)
end

local stress = os.getenv("FERROUS_GC_STRESS")
local runs = 0
local meta = {__gc = function() runs = runs + deep(60) // 60 end}

-- Each action, in fresh coroutines with small stacks, again and again with a collection due.
local function try(action)
  local before = runs
  for i = 1, stress and 1 or 40 do
    local thread = coroutine.wrap(function(...)
      for j = 1, stress and 3 or 30 do
        setmetatable({}, meta)
        action(j, ...)
      end
      return "done"
    end)
    assert(thread("a", "b") == "done")
  end
  collectgarbage()
  assert(runs > before)
end

collectgarbage("incremental", 1, 1000000, 8)
try(function(i) local t = {} for k = 1, 20 do t[k] = k end assert(#t == 20) end)
try(function(i) local t = {} for k = 1, 20 do t["k" .. k] = k end assert(t.k20 == 20) end)
try(function(i) local t = {} for k = 1, 20 do t[k + 0.5] = {k} end assert(t[20.5][1] == 20) end)
try(function(i)
  local t = {} t.a = i t.b = i t.c = i t.d = i t.e = i t.f = i t.g = i t.h = i t.i = i
  assert(t.i == i and t.a == i)
end)
try(function(i) local t = setmetatable({}, {__newindex = {}}) t[i] = {} t.x = {} end)
try(function(i) local s = "" for k = 1, 20 do s = s .. k end assert(#s == 31) end)
try(function(i) local f for k = 1, 20 do f = function() return k + i end end assert(f() == 20 + i) end)
try(function(i) local n = 2^53 // 1 | 0 for k = 1, 20 do n = n * 3 + k end assert(n ~= 0) end)
try(function(i) for k = math.maxinteger - 20, math.maxinteger do assert(k > i) end end)
try(function(i, ...) local t = {...} assert(t[2] == "b" and select("#", ...) == 2) end)
try(function(i) local t = table.pack(("x"):rep(i):byte(1, -1)) assert(t.n == i) end)
try(function(i) assert(({pcall(error, {i})})[2][1] == i) end)
try(function(i) for k, v in pairs {a = {}, b = {}} do local t = {k, v} assert(#t == 2) end end)
try(function(i) assert(load("return {" .. i .. "}")()[1] == i) end)
try(function(i) local w = coroutine.wrap(function(a) return coroutine.yield {a} end) assert(w(i)[1] == i) end)
_ENV.global = nil
try(function(i) for k = 1, 20 do _ENV["global" .. k] = {} end for k = 1, 20 do _ENV["global" .. k] = nil end end)
print("ok") --> ok
