-- Tail calls between functions with and without varargs, at sites that see one callee, then others.
local unpack = table.unpack
local function pack(...)
  local list = table.pack(select("#", ...), ...)
  for i = 1, list.n do list[i] = tostring(list[i]) end
  return table.concat(list, " ")
end

-- Functions that call each other; then the site meets copies of them, other kinds of callees, and none.
local even, odd
function even(n) if n == 0 then return "even" end return odd(n - 1) end
function odd(n) if n == 0 then return "odd" end return even(n - 1) end
print(even(10), even(10001), odd(10001))                       --> even	odd	even
local function site(f, ...) return f(...) end
local function site_one(f, a) return f(a) end
local function site_two(f, a, b) return f(a, b) end
local function none() return "none" end
local function one(a) return a end
local function two(a, b) return a, b, "two" end
local function any(...) return ... end
local function one_and_any(a, ...) return a, "|", ... end
local function last_of(a, b, c, d) return d, a end
local callable = setmetatable({}, {__call = function(self, ...) return "called", ... end})
local wrapped = setmetatable({}, {__call = callable})
local kinds = {none, one, two, any, one_and_any, last_of, math.abs, math.max, callable, even}
for round = 1, 3 do
  for _, first in ipairs(kinds) do
    for _, f in ipairs(kinds) do
      local fresh = load("return function(f, a) return f(a) end")()
      fresh(first, 2)
      assert(pack(fresh(f, 2)) == pack(f(2)))
      assert(pack(site(f, 1, 2)) == pack(f(1, 2)) and pack(site(f, 2)) == pack(f(2)))
      assert(pack(site_one(f, 4)) == pack(f(4)) and pack(site_two(f, 4, 6)) == pack(f(4, 6)))
    end
  end
end
print(site(wrapped, 1))                                        -->~ called	table: 0x.*	1
print(pcall(site_one, nil, 1))                                 -->~ false	.*attempt to call a nil value.*
print(pcall(site, 5))                                          -->~ false	.*attempt to call a number value.*

-- All numbers of arguments against all numbers of parameters, from frames with and without surplus ones.
for params = 0, 4 do
  local names = {}
  for i = 1, params do names[i] = "p" .. i end
  local list = table.concat(names, ", ")
  local comma = params > 0 and ", " or ""
  for _, tail in ipairs {"", "..."} do
    local head = tail == "" and list or list .. comma .. "..."
    local callee = load("return function(" .. head .. ") return " .. head .. " end")()
    for own = 0, 3 do
      local mine = {}
      for i = 1, own do mine[i] = "m" .. i end
      local caller = load(("local callee = ... return function(%s...) return callee(%s...) end"):format(
        table.concat(mine, ", ") .. (own > 0 and ", " or ""), own > 0 and mine[own] .. ", 'x', " or ""))(callee)
      for given = 0, 7 do
        local arguments = {}
        for i = 1, given do arguments[i] = i end
        local passed = {n = 0}
        local function add(v) passed.n = passed.n + 1 passed[passed.n] = v end
        if own > 0 then add(arguments[own]) add("x") end
        for i = own + 1, given do add(arguments[i]) end
        local want = table.pack(callee(unpack(passed, 1, passed.n)))
        for _ = 1, 2 do
          local got = table.pack(caller(unpack(arguments)))
          assert(got.n == want.n)
          for i = 1, want.n do assert(got[i] == want[i]) end
        end
      end
    end
  end
end

-- Results of what a tail call ends in go where each kind of caller wants them.
local function forward(...) return any(...) end
local function forward_one(...) return one(...) end
local function forward_more(a, ...) return one_and_any(...) end
local function nothing(...) end
local function forward_nothing(...) return nothing(...) end
for _ = 1, 2 do
  local a, b, c = forward(1, 2)
  assert(a == 1 and b == 2 and c == nil)
  a, b = forward_one(1, 2)
  assert(a == 1 and b == nil)
  assert(pack(forward_more(1, 2, 3)) == "3 2 | 3" and pack(pcall(forward_more, 1, 2, 3)):find("2 | 3$"))
  assert(select("#", forward_nothing(1, 2)) == 0 and select("#", nothing(1)) == 0)
  a, b = nothing(1), nothing(1, 2)
  assert(a == nil and b == nil and (nothing(3)) == nil and #{nothing(1, 2)} == 0)
  a, b = forward_nothing(1, 2)
  assert(a == nil and b == nil)
  nothing(1, 2) forward_nothing(1) forward(1, 2)
  local t = setmetatable({}, {__index = forward_more, __lt = forward_one, __add = forward, __newindex = forward_nothing,
                              __call = forward_more, __concat = forward_more, __eq = nothing})
  assert(t.k == "k" and (t < t) == true and t + 1 == t and t(7, 8) == 7 and t .. 5 == 5 and t ~= setmetatable({}, getmetatable(t)))
  t.x = 1
  for i, v in function(...) return forward(select(2, ...)) end, nil, nil do error("runs") end
  local n = 0
  for i in (function(...) local _, k = ... return forward_one(k < 3 and k + 1 or nil, 5) end), nil, 0 do n = n + i end
  assert(n == 6)
  local co = coroutine.wrap(function(...) return forward_more(..., coroutine.yield(...), 9) end)
  assert(pack(co(1, 2)) == "2 1 2" and pack(co("y")) == "3 y | 9")
  assert(coroutine.wrap(forward_one)(4, 5) == 4)
  local sorted = {3, 1, 2}
  table.sort(sorted, function(...) return (function(a, b) return a < b end)(...) end)
  assert(pack(unpack(sorted)) == "3 1 2 3")
end

-- Recursion over varargs; lists that shrink, keep their length and grow.
local function max(a, b, ...) if b == nil then return a end if a > b then return max(a, ...) end return max(b, ...) end
print(max(3, 9, 2, 11, 5), max(1))                             --> 11	1
local function rotate(n, a, ...) if n == 0 then return a, ... end return rotate(n - 1, ..., a) end
local function turn(n, a, b, c, ...) if n == 0 then return a, b, c, ... end return turn(n - 1, b, c, a, ...) end
print(rotate(3, 1, 2, 3), turn(10000, 1, 2, 3, 4, 5))         --> 2	2	3	1	4	5
local function swell(n, ...) if n == 0 then return select("#", ...) end return swell(n - 1, n, ...) end
print(swell(100), swell(1000, 1))                              --> 100	1001
local function endless(n, ...) return endless(n * 2, unpack({}, 1, n)) end
local ok, message = pcall(endless, 1)
assert(not ok and (tostring(message):find("overflow") or tostring(message):find("too many results")))
local function ping(n, ...) if n == 0 then return ... end return (n % 2 == 0 and ping or turn)(n - 1, ...) end
print(ping(7, 1, 2, 3, 4))                                     --> 1	2	3	4

-- Variables that outlive a function that ends in a tail call: of parameters moved above surplus arguments.
local function keep(a, ...)
  local b = ...
  local function get() a = a + 1 return a, b end
  return site(one_and_any, get, a, ...)
end
local get, _, a, b = keep(10, 20, 30)
local get_2 = keep(1)
collectgarbage()
print(get(), pack(get()), pack(get_2()), a, b)                 --> 11	2 12 20	2 2 nil	10	20

-- What debug sees: the frame is a tail call's, with the surplus arguments of the callee alone.
local function look(...)
  local info = debug.getinfo(1, "tu")
  local _, first = debug.getlocal(1, -1)
  return info.istailcall, first, debug.getlocal(1, -select("#", ...) - 1), (debug.traceback():find("%(%.%.%.tail calls%.%.%.%)")) ~= nil
end
local function look_fixed(a) return debug.getinfo(1, "t").istailcall, debug.getlocal(1, -1) end
local function to_look(a, ...) return look(...) end
local function to_look_fixed(...) return look_fixed(...) end
for _ = 1, 2 do print(to_look(1, 2, 3)) print(to_look_fixed(1, 2)) end
--> true	2	nil	true
--> true	nil
--> true	2	nil	true
--> true	nil
local events = {}
debug.sethook(function(event) events[#events + 1] = event end, "cr")
forward_one(1, 2)
odd(2)
debug.sethook()
print(table.concat(events, " "))        --> return call tail call return call tail call tail call return call

-- Compiled again from what a program dumped after its sites have met their callees.
local again = load(string.dump(load("local f, g function f(n, ...) if n == 0 then return ... end return g(n - 1, ...) end function g(...) return f(...) end local function h(n) if n == 0 then return 'h' end return n end local r = f(5, 1, 2) return f, h(h(0) and 3)")))
print(select(2, again()), pack((again())(3, 4, 5)))            --> 3	2 4 5
