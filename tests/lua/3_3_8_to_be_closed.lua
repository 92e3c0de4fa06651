-- Manual 3.3.8: to-be-closed variables on every way out of a block.
local log = {}
local function var(tag, fail)
  return setmetatable({tag = tag}, {__close = function(v, e)
    log[#log + 1] = v.tag .. (e ~= nil and "(" .. tostring(e):gsub("^.-:%d+: ", "") .. ")" or "")
    if fail then error(fail, 0) end
  end})
end
local function flush() local s = table.concat(log, " ") log = {} return s end

do local a <close> = var "a"; local b <close> = var "b"; log[#log + 1] = "body" end
print(flush())                                       --> body b a
do local n <close> = nil; local f <close> = false end
-- return: values are evaluated before closing, and kept.
local function ret()
  local x = 1
  local a <close> = setmetatable({}, {__close = function() x = x + 1 log[#log + 1] = "closed" end})
  return x, "two", nil
end
print(select("#", ret()), ret())                     --> 3	1	two	nil
assert(flush() == "closed closed")
local function many() local a <close> = var "m" return table.unpack({1, 2, 3, 4, 5}, 1, 5) end
print(many())                                        --> 1	2	3	4	5
-- No tail call where something must be closed: the variable lives during the call.
local function callee() log[#log + 1] = "callee" return "r" end
local function notail() local a <close> = var "t" return callee() end
flush()
assert(notail() == "r")
print(flush())                                       --> callee t
-- break, goto, loops, nested blocks.
for i = 1, 3 do local a <close> = var("i" .. i) if i == 2 then break end end
print(flush())                                       --> i1 i2
do
  local i = 0
  ::top::
  do local a <close> = var("g" .. i) i = i + 1 if i < 3 then goto top end end
  goto out
  ::out::
end
print(flush())                                       --> g0 g1 g2
while true do local a <close> = var "w1" do local b <close> = var "w2" break end end
print(flush())                                       --> w2 w1
repeat local a <close> = var "rep" local stop = true until stop and #log == 0
print(flush())                                       --> rep
local n = 0
repeat local a <close> = var("r" .. n) n = n + 1 until n == 3
print(flush())                                       --> r0 r1 r2
for k in pairs{1} do local a <close> = var "p" goto cont ::cont:: end
print(flush())                                       --> p
-- Errors: closing methods get the error and may replace it.
print(pcall(function() local a <close> = var "a" local b <close> = var "b" error("E", 0) end))  --> false	E
print(flush())                                       --> b(E) a(E)
print(pcall(function() local a <close> = var "a" local b <close> = var("b", "B") local c <close> = var("c", "C") error("E", 0) end))  --> false	B
print(flush())                                       --> c(E) b(C) a(B)
print(pcall(function() local a <close> = var "a" local b <close> = var("b", "B") return "ok" end))  --> false	B
print(flush())                                       --> b a(B)
print(pcall(function() local a <close> = var("a", "A") do local b <close> = var("b", "B") end end))  --> false	A
print(flush())                                       --> b a(B)
local object = {}
local ok, e = pcall(function() local a <close> = setmetatable({}, {__close = function(_, err) assert(err == object) end}) error(object) end)
assert(not ok and e == object)
print(pcall(function() local a <close> = var "a" local x = nil; x() end))   -->~ false	.*attempt to call a nil value \(local 'x'\)
print(flush())                                       --> a(attempt to call a nil value (local 'x'))
-- Error with value nil.
print(pcall(function() local a <close> = var "a" error(nil) end))   --> false	nil
flush()
-- Wrong values.
print(pcall(function() local a <close> = 42 end))    -->~ false	.*: variable 'a' got a non-closable value
print(pcall(function() local b <close> = {} end))    -->~ false	.*: variable 'b' got a non-closable value
print(pcall(function() local a <close> = var "a" local b <close> = "x" end))  -->~ false	.*: variable 'b' got a non-closable value
print(flush())                                       --> a(variable 'b' got a non-closable value)
-- The metamethod is looked up when closing; one that vanished is an error.
print(pcall(function() local a <close> = var "a" getmetatable(a).__close = nil end))  -->~ false	.*metamethod 'close'.*
flush()
-- Yields inside closing methods, at each way out.
local function yielding(tag)
  return setmetatable({}, {__close = function(_, e) log[#log + 1] = tag coroutine.yield(tag) log[#log + 1] = tag .. "'" end})
end
local function drive(f)
  local co, out = coroutine.wrap(f), {}
  while true do
    local r = co()
    out[#out + 1] = tostring(r)
    if r == nil or tostring(r):find("^end") then break end
  end
  return table.concat(out, ",") .. " | " .. flush()
end
print(drive(function() do local a <close> = yielding "a" local b <close> = yielding "b" end return "end" end))      --> b,a,end | b b' a a'
print(drive(function() local a <close> = yielding "a" return "end1", 2 end))                                         --> a,end1 | a a'
print(drive(function() for i = 1, 3 do local a <close> = yielding("l" .. i) if i == 2 then break end end return "end" end))  --> l1,l2,end | l1 l1' l2 l2'
print(drive(function() local ok, e = pcall(function() local a <close> = yielding "a" local b <close> = yielding "b" error("E", 0) end) return "end" .. e end))  --> b,a,endE | b b' a a'
-- coroutine.close runs pending ones; the error is reported.
local co = coroutine.create(function() local a <close> = var "ca" local b <close> = var "cb" coroutine.yield() end)
coroutine.resume(co)
print(coroutine.close(co), flush())                  --> true	cb ca
co = coroutine.create(function() local a <close> = var "ca" local b <close> = var("cb", "CB") coroutine.yield() end)
coroutine.resume(co)
print(coroutine.close(co))                           --> false	CB
print(flush(), coroutine.status(co))                 --> cb ca(CB)	dead
-- coroutine.wrap closes when its function fails.
print(pcall(coroutine.wrap(function() local a <close> = var "wa" error("WE", 0) end)))   --> false	WE
print(flush())                                       --> wa(WE)
-- Closures over to-be-closed variables and fresh instances for each turn.
local seen = {}
for i = 1, 3 do local a <close> = var("c" .. i) seen[i] = function() return a.tag end end
print(seen[1](), seen[2](), seen[3]())               --> c1	c2	c3
flush()
-- A deep stack of them.
local function deep(n) local a <close> = var("d") if n > 0 then return (deep(n - 1)) end return "bottom" end
assert(deep(100) == "bottom" and #log == 101)
flush()
-- In varargs functions and main chunks.
print(load("local a <close> = ... return 'x', ...")(var "chunk", 1) )   -->~ x	table: .*	1
print(flush())                                       --> chunk
print((function(...) local a <close> = var "v" return ... end)(1, nil, 3, nil))  --> 1	nil	3	nil
print(flush())                                       --> v
-- What cannot be called: the error is where the block ends.
print(pcall(function()
  local x <close> = setmetatable({}, {__close = 1})
end))   --> false	3_3_8_to_be_closed.lua:120: attempt to call a number value (metamethod 'close')
-- What lost its method, too; the object itself is not called instead.
print(pcall(function()
  local x <close> = setmetatable({}, {__close = print, __call = print})
  getmetatable(x).__close = nil
end))   --> false	3_3_8_to_be_closed.lua:125: attempt to call a nil value (metamethod 'close')
-- The variable is named where its block is empty, and seen by methods where its block ends.
print(pcall(function() do local x <close> = 42 end return 1 end))  -->~ false	.*: variable 'x' got a non-closable value
print(pcall(load(string.dump(load("local x <close> = ..."), true)), 42))  --> false	?:-1: variable '(temporary)' got a non-closable value
do
  local a = 1
  local seen_at_end <close> = setmetatable({}, {__close = function()
    local n = 1
    while debug.getlocal(2, n) and debug.getlocal(2, n) ~= "seen_at_end" do n = n + 1 end
    print(debug.getlocal(2, n - 1))
  end})
end   --> a	1
-- Closed by a C function or by pcall: no method of the function that runs.
local co = coroutine.create(function()
  local x <close> = setmetatable({}, {__close = print})
  getmetatable(x).__close = nil
  coroutine.yield()
end)
coroutine.resume(co)
print(coroutine.close(co))   --> false	attempt to call a nil value
