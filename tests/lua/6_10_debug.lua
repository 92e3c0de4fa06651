-- Manual 6.10: debug.
local d = debug
-- getinfo
local function f(a, b, ...) local x = 1 return d.getinfo(1, "nSlutfr") end
local i = f()
print(i.name, i.namewhat, i.what, i.source, i.short_src, i.linedefined, i.lastlinedefined, i.currentline)   --> f	local	Lua	@6_10_debug.lua	6_10_debug.lua	4	4	4
print(i.nups, i.nparams, i.isvararg, i.istailcall, i.func == f, i.ftransfer, i.ntransfer)                    --> 1	2	true	false	true	0	0
i = d.getinfo(print)
print(i.what, i.source, i.short_src, i.linedefined, i.lastlinedefined, i.currentline, i.nparams, i.isvararg, i.nups, i.func == print)   --> C	=[C]	[C]	-1	-1	-1	0	true	0	true
i = d.getinfo(1, "S")
print(i.what, i.linedefined, i.lastlinedefined, d.getinfo(1, "l").currentline, d.getinfo(1000))              --> main	0	0	11	nil
local function tail() return d.getinfo(1, "nt") end
local function caller() return tail() end
print(caller().istailcall, caller().name, caller().namewhat, "|")                                                 --> true	nil		|
local lines = d.getinfo(load("local a\n\na = 1\nreturn a"), "L").activelines
local list = {}
for l in pairs(lines) do list[#list + 1] = l end
table.sort(list)
print(table.concat(list, " "))                                                                                --> 1 3 4
local t = {}
function t.field() return d.getinfo(1, "n") end
function t:method() return d.getinfo(1, "n") end
function global() return d.getinfo(1, "n") end
local function kind(n) return tostring(n.namewhat) .. " " .. tostring(n.name) end
local up = function() return (d.getinfo(1, "n")) end
local r = {}
local v r[1] = kind(t.field()) r[2] = kind(t:method()) r[3] = kind(global()) r[4] = kind((function() local n = up() return n end)()) v = up() r[5] = kind(v)
print(table.concat(r, ", "))                                                                                  --> field field, method method, global global, upvalue up, local up
local mm = {}
for _, e in ipairs {"add", "sub", "concat", "eq", "lt", "le", "unm", "len", "index", "newindex", "call", "close", "idiv", "band", "shl"} do mm["__" .. e] = function() mm.info = d.getinfo(1, "n") return 1 end end
local o, p = setmetatable({}, mm), setmetatable({}, mm)
local out = {}
local function note(_) out[#out + 1] = kind(rawget(mm, "info")) end
note(o + 1) note(o - 1) note(o .. "x") note(o == p) note(o < p) note(o <= p) note(-o) note(#o) note(o.x) o.x = 1 note() note(o()) do local c <close> = o end note() note(o // 1) note(o & 1) note(1 << o)
print(table.concat(out, ", "))                                                                                --> metamethod add, metamethod sub, metamethod concat, metamethod eq, metamethod lt, metamethod le, metamethod unm, metamethod len, metamethod index, metamethod newindex, local o, metamethod close, metamethod idiv, metamethod band, metamethod shl
for info in function(_, c) if not c then return d.getinfo(1, "n") end end do print(kind(info)) end            --> for iterator for iterator
print(pcall(d.getinfo, 1, "X"))                                                                               --> false	bad argument #2 to 'debug.getinfo' (invalid option)
print(pcall(d.getinfo, 1, ">S"))                                                                              --> false	bad argument #2 to 'debug.getinfo' (invalid option '>')
print(pcall(d.getinfo, "x"))                                                                                  --> false	bad argument #1 to 'debug.getinfo' (number expected, got string)
print(d.getinfo(-1), pcall(d.getinfo))                                                                        --> nil	false	bad argument #1 to 'debug.getinfo' (number expected, got no value)
-- getlocal, setlocal
local function locals(a, b, ...)
  local x, y = 10, 20
  do local hidden = 1 end
  local z
  local names, n = {}, 1
  while true do local name, value = d.getlocal(1, n) if not name then break end names[n] = name .. "=" .. tostring(value):gsub("table.*", "T") n = n + 1 end
  assert(d.setlocal(1, 1, "changed") == "a" and a == "changed" and d.setlocal(1, 100, 1) == nil)
  return table.concat(names, " "), d.getlocal(1, -1), d.getlocal(1, -2), d.getlocal(1, -3)
end
print(locals(1, 2, "v1", "v2"))                                                                                --> a=1 b=2 x=10 y=20 z=nil names=T n=7	(vararg)	(vararg)	nil
print(d.getlocal(locals, 1), d.getlocal(locals, 2), d.getlocal(locals, 3), pcall(d.getlocal, 100, 1))          --> a	b	nil	false	bad argument #1 to 'debug.getlocal' (level out of range)
print(d.getlocal(print, 1))                                                                                    --> nil
-- upvalues
local u1, u2 = "one", "two"
local function g() return u1, u2 end
print(d.getupvalue(g, 1), d.getupvalue(g, 2), d.getupvalue(g, 3), d.getupvalue(print, 1), d.getupvalue(string.gmatch("a", "a"), 1))   --> u1	u2	nil	nil		a
print(d.setupvalue(g, 1, "ONE"), u1, d.setupvalue(g, 5, 0))                                                    --> u1	ONE
local function h() return u2 end
print(d.upvalueid(g, 2) == d.upvalueid(h, 1), d.upvalueid(g, 1) == d.upvalueid(g, 2), type(d.upvalueid(g, 1)), d.upvalueid(g, 9))   --> true	false	userdata	nil
local own = "own"
local function k() return own end
d.upvaluejoin(h, 1, k, 1)
print(h(), pcall(d.upvaluejoin, h, 2, k, 1))                                                                   --> own	false	bad argument #2 to 'debug.upvaluejoin' (invalid upvalue index)
print(pcall(d.upvaluejoin, print, 1, k, 1))                                                                    --> false	bad argument #2 to 'debug.upvaluejoin' (invalid upvalue index)
-- hooks
local events = {}
local function traced() local a = 1
  a = a + 1
  return a
end
d.sethook(function(e, l) events[#events + 1] = e:sub(1, 1) .. (l or "") end, "l")
traced()
d.sethook()
local first = d.getinfo(traced, "S").linedefined
for i, e in ipairs(events) do events[i] = e:gsub("%d+", function(n) return tostring(n - first) end) end
print(table.concat(events, " "))                                                                               --> l5 l0 l1 l2 l6
events = {}
d.sethook(function(e) local n = d.getinfo(2, "n").name events[#events + 1] = e .. ":" .. tostring(n) end, "cr")
local function outer() traced() return tostring(1) end
outer()
d.sethook()
print(table.concat(events, " "))                                                                               --> return:sethook call:outer call:traced return:traced call:tostring return:tostring return:outer call:sethook
local count = 0
d.sethook(function(e) assert(e == "count") count = count + 1 end, "", 100)
for i = 1, 10000 do local x = i * 2 end
d.sethook()
assert(count >= 100 and count <= 2000, count)
print(d.gethook())                                                                                             --> nil
local hook = function() end
d.sethook(hook, "crl", 5)
print(select(2, d.gethook()), select(3, d.gethook()), d.gethook() == hook)                                     --> crl	5	true
d.sethook()
print(pcall(function()
  d.sethook(function() d.sethook() error("in hook", 0) end, "l")
  local x = 1
end))                    --> false	in hook
d.sethook()
local co = coroutine.create(function() local a = 1 coroutine.yield() local b = 2 end)
local colines = 0
d.sethook(co, function() colines = colines + 1 end, "l")
coroutine.resume(co) coroutine.resume(co)
assert(colines > 0 and d.gethook() == nil)
-- metatables, registry, user values
local mt = {}
assert(d.setmetatable(t, mt) == t and d.getmetatable(t) == mt and getmetatable(t) == mt)
d.setmetatable(t, nil)
assert(type(d.getregistry()) == "table" and d.getregistry()[2] == _G and d.getregistry()._LOADED == package.loaded)
print(d.getuservalue(io.stdout, 1), d.getuservalue(1), d.setuservalue(io.stdout, 1, 1))                        --> nil	nil	nil
print(pcall(d.setuservalue, {}, 1))                                                                            --> false	bad argument #1 to 'debug.setuservalue' (userdata expected, got table)
print(pcall(d.setmetatable, {}, 1))                                                                            --> false	bad argument #2 to 'debug.setmetatable' (nil or table expected, got number)
-- traceback
print((d.traceback("msg"):gsub("\n%s*", " | ")))                                                               --> msg | stack traceback: | 6_10_debug.lua:113: in main chunk | [C]: in ?
print(type(d.traceback({})), (d.traceback("m", 50):gsub("\n", "|")))   --> table	m|stack traceback:
local function level3() error("deep", 0) end
local function level2() level3() end
local function level1() level2() end
print((select(2, xpcall(level1, d.traceback)):gsub("\n%s*", " | ")))                                            --> deep | stack traceback: | [C]: in function 'error' | 6_10_debug.lua:115: in upvalue 'level3' | 6_10_debug.lua:116: in upvalue 'level2' | 6_10_debug.lua:117: in function <6_10_debug.lua:117> | [C]: in function 'xpcall' | 6_10_debug.lua:118: in main chunk | [C]: in ?
print((select(2, xpcall(function() local s = "x" return s:bad() end, d.traceback)):gsub("\n%s*", " | ")))       --> 6_10_debug.lua:119: attempt to call a nil value (method 'bad') | stack traceback: | 6_10_debug.lua:119: in function <6_10_debug.lua:119> | [C]: in function 'xpcall' | 6_10_debug.lua:119: in main chunk | [C]: in ?
print((select(2, xpcall(string.rep, d.traceback)):gsub("\n%s*", " | ")))                                        --> bad argument #1 to 'string.rep' (string expected, got no value) | stack traceback: | [C]: in function 'string.rep' | [C]: in function 'xpcall' | 6_10_debug.lua:120: in main chunk | [C]: in ?
function globalfunc() error("g") end
print((select(2, xpcall(function() globalfunc() end, d.traceback)):gsub("\n%s*", " | ")))                       --> 6_10_debug.lua:121: g | stack traceback: | [C]: in function 'error' | 6_10_debug.lua:121: in function 'globalfunc' | 6_10_debug.lua:122: in function <6_10_debug.lua:122> | [C]: in function 'xpcall' | 6_10_debug.lua:122: in main chunk | [C]: in ?
print((select(2, xpcall(function() t.field2 = function() error("f") end t.field2() end, d.traceback)):gsub("\n%s*", " | ")))   --> 6_10_debug.lua:123: f | stack traceback: | [C]: in function 'error' | 6_10_debug.lua:123: in field 'field2' | 6_10_debug.lua:123: in function <6_10_debug.lua:123> | [C]: in function 'xpcall' | 6_10_debug.lua:123: in main chunk | [C]: in ?
print((select(2, xpcall(function() return table.sort({2, 1}, function() error("s") end) end, d.traceback)):gsub("\n%s*", " | ")))   --> 6_10_debug.lua:124: s | stack traceback: | [C]: in function 'error' | 6_10_debug.lua:124: in function <6_10_debug.lua:124> | [C]: in function 'table.sort' | 6_10_debug.lua:124: in function <6_10_debug.lua:124> | [C]: in function 'xpcall' | 6_10_debug.lua:124: in main chunk | [C]: in ?
print((select(2, xpcall(function() return setmetatable({}, {__add = function() error("m") end}) + 1 end, d.traceback)):gsub("\n%s*", " | ")))   --> 6_10_debug.lua:125: m | stack traceback: | [C]: in function 'error' | 6_10_debug.lua:125: in metamethod 'add' | 6_10_debug.lua:125: in function <6_10_debug.lua:125> | [C]: in function 'xpcall' | 6_10_debug.lua:125: in main chunk | [C]: in ?
local function rec(n) if n == 0 then error("rec", 0) end rec(n - 1) end
local tb = select(2, xpcall(rec, d.traceback, 100))
print(select(2, tb:gsub("\n", "\n")), tb:match("%.%.%.[^\n]*"))                                                 --> 23	...	(skipping 83 levels)

-- A hook set while pcall or xpcall is under way sees it return, and lines go on behind it.
do
  local function follow(mask, call, body, ...)
    local seen = {}
    local function hook(event, line)
      local info = debug.getinfo(2, "nr")
      local values = {}
      for i = info.ftransfer, info.ftransfer + info.ntransfer - 1 do values[#values + 1] = tostring((select(2, debug.getlocal(2, i)))) end
      if info.name ~= "sethook" then seen[#seen + 1] = event .. " " .. (line and "line" or tostring(info.name)) .. "(" .. table.concat(values, ",") .. ")" end
    end
    local a, b, c = call(body, hook, mask) local same_line = a debug.sethook()
    print(mask, table.concat(seen, " "), a, b, c)
  end
  local function through_pcall(body, ...) local a, b, c = pcall(body, ...) local line = a return a, b, c end
  local function through_xpcall(body, ...) local a, b, c = xpcall(body, function(m) return m .. "!" end, ...) return a, b, c end
  for _, call in ipairs {through_pcall, through_xpcall} do
    for _, body in ipairs {
      function(hook, mask) debug.sethook(hook, mask) return 1 end,
      function(hook, mask) debug.sethook(hook, mask) end,
      function(hook, mask) debug.sethook(hook, mask) return 1, 2, 3 end,
      function(hook, mask) debug.sethook(hook, mask) error("e", 0) end,
      function(hook, mask, ...) debug.sethook(hook, mask) return math.abs(-7) end,
    } do
      for _ = 1, 2 do follow("r", call, body) end
--> r	return nil(1) return pcall(true,1) return call(true,1,nil)	true	1	nil
--> r	return nil(1) return pcall(true,1) return call(true,1,nil)	true	1	nil
      follow("l", call, body)
--> l		true	1	nil
--> r	return nil() return pcall(true) return call(true,nil,nil)	true	nil	nil
--> r	return nil() return pcall(true) return call(true,nil,nil)	true	nil	nil
--> l		true	nil	nil
--> r	return nil(1,2,3) return pcall(true,1,2,3) return call(true,1,2)	true	1	2
--> r	return nil(1,2,3) return pcall(true,1,2,3) return call(true,1,2)	true	1	2
--> l		true	1	2
--> r	return pcall(false,e) return call(false,e,nil)	false	e	nil
--> r	return pcall(false,e) return call(false,e,nil)	false	e	nil
--> l		false	e	nil
--> r	return abs(7) return nil(7) return pcall(true,7) return call(true,7,nil)	true	7	nil
--> r	return abs(7) return nil(7) return pcall(true,7) return call(true,7,nil)	true	7	nil
--> l		true	7	nil
--> r	return nil(1) return xpcall(true,1) return call(true,1,nil)	true	1	nil
--> r	return nil(1) return xpcall(true,1) return call(true,1,nil)	true	1	nil
--> l		true	1	nil
--> r	return nil() return xpcall(true) return call(true,nil,nil)	true	nil	nil
--> r	return nil() return xpcall(true) return call(true,nil,nil)	true	nil	nil
--> l		true	nil	nil
--> r	return nil(1,2,3) return xpcall(true,1,2,3) return call(true,1,2)	true	1	2
--> r	return nil(1,2,3) return xpcall(true,1,2,3) return call(true,1,2)	true	1	2
--> l		true	1	2
--> r	return nil(e!) return xpcall(false,e!) return call(false,e!,nil)	false	e!	nil
--> r	return nil(e!) return xpcall(false,e!) return call(false,e!,nil)	false	e!	nil
--> l	line line()	false	e!	nil
--> r	return abs(7) return nil(7) return xpcall(true,7) return call(true,7,nil)	true	7	nil
--> r	return abs(7) return nil(7) return xpcall(true,7) return call(true,7,nil)	true	7	nil
--> l		true	7	nil
    end
  end
  -- What such a hook raises is not caught by the call that is returning.
  local function raising(event) if debug.getinfo(2, "n").name == "pcall" then debug.sethook() error("from the hook", 0) end end
  print(pcall(function() return "inner", pcall(function() debug.sethook(raising, "r") return 5 end) end))  --> false	from the hook
  print(pcall(function() return "inner", pcall(function() debug.sethook(raising, "r") error(5) end) end))  --> false	from the hook
  print(pcall(function() local ok = pcall(function() debug.sethook(raising, "r") return 5 end) return ok end))  --> false	from the hook
  print(debug.gethook(), pcall(error, "as before"))  --> nil	false	as before
end
