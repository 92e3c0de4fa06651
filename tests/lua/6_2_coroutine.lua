-- Manual 6.2: the functions of the coroutine library.
print(type(coroutine.create(print)), pcall(coroutine.create, 1))   --> thread	false	bad argument #1 to 'coroutine.create' (function expected, got number)
print(pcall(coroutine.create))                 --> false	bad argument #1 to 'coroutine.create' (function expected, got no value)
print(pcall(coroutine.wrap, {}))               --> false	bad argument #1 to 'coroutine.wrap' (function expected, got table)
print(pcall(coroutine.resume, 1))              --> false	bad argument #1 to 'coroutine.resume' (thread expected, got number)
print(pcall(coroutine.status, nil))            --> false	bad argument #1 to 'coroutine.status' (thread expected, got nil)
local main, ismain = coroutine.running()
print(type(main), ismain, coroutine.isyieldable(), coroutine.status(main))   --> thread	true	false	running
coroutine.wrap(function()
  local co, m = coroutine.running()
  print(type(co), m, coroutine.isyieldable(), coroutine.status(co), coroutine.isyieldable(main), coroutine.status(main))
end)()
--> thread	false	true	running	false	normal
print(pcall(coroutine.yield, 1))               --> false	attempt to yield from outside a coroutine
-- status
local co = coroutine.create(function() coroutine.yield() end)
print(coroutine.status(co), coroutine.resume(co), coroutine.status(co), coroutine.resume(co), coroutine.status(co))  --> suspended	true	suspended	true	dead
-- wrap
local w = coroutine.wrap(function(...) local n = select("#", ...) local x = coroutine.yield(n) return x, "done" end)
print(w(1, 2, 3), w("r"))                      --> 3	r	done
print(pcall(w))                                --> false	cannot resume dead coroutine
local we = coroutine.wrap(function() error("msg") end)
print(pcall(we))                               --> false	6_2_coroutine.lua:22: msg
we = coroutine.wrap(function() error({1}) end)
local ok, e = pcall(we)
assert(not ok and e[1] == 1)
we = coroutine.wrap(function() error("lvl0", 0) end)
print(pcall(we))                               --> false	lvl0
-- close
co = coroutine.create(print)
print(coroutine.close(co), coroutine.status(co), coroutine.close(co))     --> true	dead	true
print(coroutine.resume(co))                    --> false	cannot resume dead coroutine
co = coroutine.create(error)
coroutine.resume(co, "E")
print(coroutine.close(co))                     --> false	E
print(coroutine.close(co))                     --> true
print(pcall(coroutine.close, main))            --> false	cannot close a running coroutine
coroutine.wrap(function() print(pcall(coroutine.close, (coroutine.running()))) print(pcall(coroutine.close, main)) end)()
--> false	cannot close a running coroutine
--> false	cannot close a normal coroutine
-- yields across pcall, xpcall, error, metamethods, iterators, sort, gsub, tostring, require-like nesting
local function run(f, ...)
  local co, out = coroutine.create(f), {}
  local args = table.pack(...)
  while true do
    local r = table.pack(coroutine.resume(co, table.unpack(args, 1, args.n)))
    for i = 1, r.n do r[i] = tostring(r[i]) end
    out[#out + 1] = table.concat(r, ",")
    if coroutine.status(co) == "dead" then return (table.concat(out, " ")) end
    args = table.pack("r" .. #out)
  end
end
local yield = coroutine.yield
print(run(function() return pcall(function() local a = yield(1) local b = yield(2) error(a .. b, 0) end) end))        --> true,1 true,2 true,false,r1r2
print(run(function() return xpcall(function() yield(1) error("x", 0) end, function(m) return m .. "!" end) end))        --> true,1 true,false,x!
print(run(function() return select(2, pcall(pcall, pcall, function() return yield(1) end)) end))                       --> true,1 true,true,true,r1
local mt = {
  __add = function(a, b) return yield("add") end, __sub = function() return yield("sub") end, __unm = function() return yield("unm") end,
  __concat = function(a, b) return yield("concat") end, __len = function() return yield("len") end,
  __eq = function() return yield("eq") end, __lt = function() return yield("lt") end, __le = function() return yield("le") end,
  __index = function(t, k) return yield("index " .. k) end, __newindex = function(t, k, v) yield("newindex " .. k .. v) end,
  __call = function(self, a) return yield("call " .. a), "second" end, __close = function() yield("close") end,
  __band = function() return yield("band") end, __shl = function() return yield("shl") end, __bnot = function() return yield("bnot") end,
  __idiv = function() return yield("idiv") end, __pairs = function() return yield("pairs"), nil, nil end,
}
local function new() return setmetatable({}, mt) end
print(run(function() local o = new() return o + 1, 1 - o, -o end))                             --> true,add true,sub true,unm true,r1,r2,r3
print(run(function() local o = new() return o .. "x", "x" .. o, "a" .. "b" .. o .. "c" end))   --> true,concat true,concat true,concat true,r1,r2,abr3
print(run(function() local o = new() return #o, o & 1, 1 << o, ~o, o // 2 end))                --> true,len true,band true,shl true,bnot true,idiv true,r1,r2,r3,r4,r5
print(run(function() local o = new() return o == new(), o ~= new(), o < o, o <= 1, 1 > o, 1 >= o end))   --> true,eq true,eq true,lt true,le true,lt true,le true,true,false,true,true,true,true
print(run(function() local o = new() return o.field, o[1], o:method() end))                    --> true,index field true,index 1 true,index method false,6_2_coroutine.lua:71: attempt to call a string value (method 'method')
print(run(function() local o = new() o.x = 1 o[2] = 3 return "set" end))                       --> true,newindex x1 true,newindex 23 true,set
print(run(function() local o = new() return o("a"), o("b") end))                               --> true,call a true,call b true,r1,r2,second
print(run(function() local o = new() return o("tail") end))                                    --> true,call tail true,r1,second
print(run(function() do local o <close> = new() end return "closed" end))                      --> true,close true,closed
print(run(function() if new() == new() then return "eq" else return "ne" end end))             --> true,eq true,eq
print(run(function() if not (new() < new()) then return "ge" else return "lt" end end))        --> true,lt true,lt
print(run(function() local s = 0 for i in function(_, c) if (c or 0) < 3 then yield("it") return (c or 0) + 1 end end do s = s + i end return s end))  --> true,it true,it true,it true,6
print(run(function() for k in pairs(new()) do return k end return "none" end))                 --> true,pairs false,6_2_coroutine.lua:79: attempt to call a string value (for iterator 'for iterator')
print(run(function() table.sort({3, 2, 1}, function(a, b) yield() return a < b end) end))      --> false,attempt to yield across a C-call boundary
print(run(function() return (("abc"):gsub("%w", function(c) return yield(c) end)) end))        --> false,attempt to yield across a C-call boundary
print(run(function() return load(function() return yield() end) end))                          --> true,nil,attempt to yield across a C-call boundary
print(run(function() return dofile and 1 end))                                                 --> true,1
print(run(function() return table.unpack({1, 2, yield("arg")}) end))                           --> true,arg true,1,2,r1
print(run(function() return yield(yield(yield())) end))                                        --> true true,r1 true,r2 true,r3
print(run(function(...) return ... end, 1, 2))                                                 --> true,1,2
print(run(coroutine.yield, "direct"))                                                          --> true,direct true,r1
print(run(function() return coroutine.wrap(function() return pcall(error, yield("inner")) end)() end))   --> true,inner
print(run(function() local t = setmetatable({}, {__index = setmetatable({}, {__index = function(_, k) return yield(k) end})}) return t.a .. t.b end))   --> true,a true,b true,r1r2
-- Deep pcall towers survive a yield in the middle.
local function tower(n) if n == 0 then return yield("top") end local ok, v = pcall(tower, n - 1) return v end
local t = coroutine.wrap(tower)
assert(t(100) == "top" and t("value") == "value")
-- Error inside after a yield inside pcall, several times.
print(run(function()
  local out = {}
  for i = 1, 3 do local ok, e = pcall(function() yield(i) error("e" .. i, 0) end) out[i] = e end
  return table.concat(out, ";")
end))                                          --> true,1 true,2 true,3 true,e1;e2;e3
-- Traceback of a suspended one.
co = coroutine.create(function() local function inner() yield() end inner() end)
coroutine.resume(co)
print((debug.traceback(co, "msg"):gsub("\n%s*", "|")))   --> msg|stack traceback:|[C]: in function 'coroutine.yield'|6_2_coroutine.lua:101: in local 'inner'|6_2_coroutine.lua:101: in function <6_2_coroutine.lua:101>
print((debug.traceback(co, nil, 1):gsub("\n%s*", "|")))  --> stack traceback:|6_2_coroutine.lua:101: in local 'inner'|6_2_coroutine.lua:101: in function <6_2_coroutine.lua:101>
