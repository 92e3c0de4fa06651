-- Manual 6.2: what the coroutine functions say about wrong arguments and states.
local function e(f, ...) print((select(2, pcall(f, ...)))) end
local function site(text, ...) e(assert(load(text, "=c")), ...) end
e(coroutine.close)  --> bad argument #1 to 'coroutine.close' (thread expected, got no value)
e(coroutine.close, 1)  --> bad argument #1 to 'coroutine.close' (thread expected, got number)
e(coroutine.close, print)  --> bad argument #1 to 'coroutine.close' (thread expected, got function)
e(coroutine.create)  --> bad argument #1 to 'coroutine.create' (function expected, got no value)
e(coroutine.create, {})  --> bad argument #1 to 'coroutine.create' (function expected, got table)
e(coroutine.create, setmetatable({}, {__call = print}))  --> bad argument #1 to 'coroutine.create' (function expected, got table)
e(coroutine.isyieldable, 1)  --> bad argument #1 to 'coroutine.isyieldable' (thread expected, got number)
e(coroutine.resume)  --> bad argument #1 to 'coroutine.resume' (thread expected, got no value)
e(coroutine.resume, print)  --> bad argument #1 to 'coroutine.resume' (thread expected, got function)
e(coroutine.status)  --> bad argument #1 to 'coroutine.status' (thread expected, got no value)
e(coroutine.status, {})  --> bad argument #1 to 'coroutine.status' (thread expected, got table)
e(coroutine.wrap)  --> bad argument #1 to 'coroutine.wrap' (function expected, got no value)
e(coroutine.wrap, "x")  --> bad argument #1 to 'coroutine.wrap' (function expected, got string)
e(coroutine.yield)  --> attempt to yield from outside a coroutine
site "coroutine.resume(1)"  --> c:1: bad argument #1 to 'resume' (thread expected, got number)
site "local r = coroutine.resume r()"  --> c:1: bad argument #1 to 'r' (thread expected, got no value)
site "coroutine.wrap(1)"  --> c:1: bad argument #1 to 'wrap' (function expected, got number)
site "coroutine.close(coroutine.running())"  --> c:1: cannot close a running coroutine
site "coroutine.yield(1)"  --> attempt to yield from outside a coroutine
site "local co = coroutine.create(print) co:resume()"  --> c:1: attempt to index a thread value (local 'co')
-- What a resume of each state gives.
local main = coroutine.running()
local co
co = coroutine.create(function(...)
  print(coroutine.resume(co))
  print(coroutine.resume(main))
  coroutine.yield(coroutine.resume(coroutine.create(function() return coroutine.resume(co) end)))
end)
print(coroutine.resume(co))
--> false	cannot resume non-suspended coroutine
--> false	cannot resume non-suspended coroutine
--> true	true	false	cannot resume non-suspended coroutine
print(coroutine.resume(co))  --> true
print(coroutine.resume(co))  --> false	cannot resume dead coroutine
print(coroutine.resume(coroutine.running()))  --> false	cannot resume non-suspended coroutine
local w
w = coroutine.wrap(function() return pcall(w) end)
print(w())  --> false	cannot resume non-suspended coroutine
site "local w = coroutine.wrap(function() end) w() w()"  --> c:1: cannot resume dead coroutine
site "local w = coroutine.wrap(error) w('m')"  --> c:1: m
site "local w = coroutine.wrap(error) w()"  --> nil
site "local w = coroutine.wrap(function() error('m') end)\nw()"  --> c:2: c:1: m
site "local w = coroutine.wrap(function() local x = nil; x() end)\nw()"  --> c:2: c:1: attempt to call a nil value (local 'x')
site "local w = coroutine.wrap(function() local t <close> = setmetatable({}, {__close = function() error('closing', 0) end}) error('m') end) w()"  --> c:1: closing
-- close: what is pending is closed, and its errors are told.
local function closing(f)
  return coroutine.create(function()
    local a <close> = setmetatable({}, {__close = function(_, m) print("a", m) if f then f("a", m) end end})
    local b <close> = setmetatable({}, {__close = function(_, m) print("b", m) if f then f("b", m) end end})
    coroutine.yield()
    error("m", 0)
  end)
end
co = closing()
print(coroutine.close(co), coroutine.status(co))  --> true	dead
co = closing()
coroutine.resume(co)
print(coroutine.close(co))
--> b	nil
--> a	nil
--> true
print(coroutine.status(co), coroutine.close(co))  --> dead	true
co = closing()
coroutine.resume(co)
print(coroutine.resume(co))  --> false	m
print(coroutine.close(co))
--> b	m
--> a	m
--> false	m
print(coroutine.close(co))  --> true
co = closing(function(name, m) error(name .. "!", 0) end)
coroutine.resume(co)
print(coroutine.close(co))
--> b	nil
--> a	b!
--> false	a!
co = closing(function(name, m) error(name .. "!", 0) end)
coroutine.resume(co)
print(coroutine.resume(co))  --> false	m
co = closing(function(name, m) coroutine.yield(name) end)
coroutine.resume(co)
print(coroutine.close(co))
--> b	nil
--> a	attempt to yield across a C-call boundary
--> false	attempt to yield across a C-call boundary
print(coroutine.status(co))  --> dead
co = coroutine.create(function() local c <close> = setmetatable({}, {__close = function() print(coroutine.isyieldable(), coroutine.running() == co) end}) coroutine.yield() end)
coroutine.resume(co)
print(coroutine.close(co))
--> false	true
--> true
-- isyieldable of another coroutine.
co = coroutine.create(function() coroutine.yield() end)
print(coroutine.isyieldable(co), coroutine.isyieldable(main), coroutine.isyieldable())  --> true	false	false
coroutine.resume(co)
print(coroutine.isyieldable(co))  --> true
coroutine.resume(co)
print(coroutine.isyieldable(co), coroutine.status(co))  --> true	dead
-- Many values both ways.
local many = {}
for i = 1, 500 do many[i] = i end
co = coroutine.wrap(function(...) local n = select("#", ...) return select("#", coroutine.yield(n, ...)) end)
print(select("#", co(table.unpack(many))), co(table.unpack(many, 1, 300)))  --> 501	300
