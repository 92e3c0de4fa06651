-- Manual 2.5.3: finalizers: order, resurrection, errors, closing the state.
local log = {}
local function object(tag, action)
  return setmetatable({tag = tag}, {__gc = function(o) log[#log + 1] = o.tag if action then action(o) end end})
end
local function flush() local s = table.concat(log, " ") log = {} return s end
-- Reverse order of marking.
do local a, b, c = object "a", object "b", object "c" end
collectgarbage()
print(flush())                                     --> c b a
-- Marked when the metatable is set with __gc in it; a later field does not count.
local mt = {}
do local late = setmetatable({}, mt) mt.__gc = function() log[#log + 1] = "late" end end
collectgarbage()
print(flush() == "")                               --> true
do local again = setmetatable(setmetatable({}, {}), mt) end
collectgarbage()
print(flush())                                     --> late
-- __gc = true marks; the function may come later.
local mark = {__gc = true}
do local o = setmetatable({}, mark) mark.__gc = function() log[#log + 1] = "marked" end end
collectgarbage()
print(flush())                                     --> marked
do local o = setmetatable({}, {__gc = 42}) end
collectgarbage()                                   -- not callable: ignored
-- Resurrection: once finalized, an object isn't finalized again, unless marked anew.
local saved
do local o = object("r", function(o) saved = o end) end
collectgarbage()
print(flush(), saved.tag)                          --> r	r
saved = nil
collectgarbage()
print(flush() == "")                               --> true
local count = 0
local phoenix = {__gc = nil}
phoenix.__gc = function(o) count = count + 1 if count < 5 then setmetatable(o, getmetatable(o)) end end
setmetatable({}, phoenix)
for _ = 1, 10 do collectgarbage() end
print(count)                                       --> 5
-- What a finalizer reaches is still alive while it runs, cycles too.
do
  local a, b = object("ca", function(o) assert(o.other.tag == "cb") end), object("cb", function(o) assert(o.other.tag == "ca") end)
  a.other, b.other = b, a
end
collectgarbage()
print(flush())                                     --> cb ca
do local holder = object("h", function(o) assert(o.data.inner[1] == "deep") end) holder.data = {inner = {"deep"}} end
collectgarbage()
print(flush())                                     --> h
-- Errors in finalizers give warnings only, and the others still run.
do local a = object("e1") local b = object("e2", function() error("in gc") end) local c = object("e3") end
collectgarbage()
print(flush())                                     --> e3 e2 e1
-- Finalizers may allocate, collect, set globals and create objects with finalizers.
do local o = object("outer", function() local p = object "inner" p = nil for i = 1, 100 do local t = {i} end collectgarbage() made = {1} end) end
collectgarbage() collectgarbage()
print(flush(), made[1])                            --> outer inner	1
-- They run during normal allocation, too.
do local o = object "auto" end
local n = 0
while #log == 0 and n < 10000000 do n = n + 1 local t = {n} end
print(flush())                                     --> auto
-- A table's contents at finalization; coroutines and closures as garbage.
do
  local co = coroutine.create(function(o) coroutine.yield(o) end)
  coroutine.resume(co, object "in coroutine")
  local keep = object "in closure"
  local f = function() return keep end
end
collectgarbage()
local got = flush()
assert(got == "in closure in coroutine" or got == "in coroutine in closure")
-- Generational mode: order and old objects.
collectgarbage("generational")
do local a, b = object "ga", object "gb" end
collectgarbage()
print(flush())                                     --> gb ga
local old = object "old"
collectgarbage() collectgarbage()
old = nil
collectgarbage()
print(flush())                                     --> old
collectgarbage("incremental")
-- Objects alive at the end are finalized when the state closes, in reverse order.
at_end1 = setmetatable({}, {__gc = function() print("closing 1") end})
at_end2 = setmetatable({}, {__gc = function() print("closing 2") new_one = setmetatable({}, {__gc = function() print("never marked again") end}) end})
local at_end3 <const> = setmetatable({}, {__gc = function() error("ignored at the end") end})
at_end4 = at_end3
print("end of script")
--> end of script
--> closing 2
--> closing 1
