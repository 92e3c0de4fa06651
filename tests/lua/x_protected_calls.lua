-- pcall and xpcall as hot call sites do them: one site meets functions of every kind, any number of arguments and
-- results, errors, yields, hooks, handlers, collections and the limit of nesting.
local pack, unpack = table.pack, table.unpack
local stress = os.getenv("FERROUS_GC_STRESS")
local function same(list, ...)
  local expected = pack(...)
  assert(list.n == expected.n, list.n .. " values, not " .. expected.n)
  for i = 1, list.n do assert(list[i] == expected[i], i) end
end
local function handler(message) return "handled " .. tostring(message) end

local function none() end
local function one(a) return a end
local function two(a, b) return a, b end
local function three(a, b, c) local x, y, z = a, b, c return x, y, z end
local function many(...) return ... end
local function tail(a, b) return two(b, a) end
local function tail_native(a) return math.abs(a) end
local function fail(a) error(a, 0) end
local callable = setmetatable({}, {__call = function(_, a, b) return "called", a, b end})

-- Fixed arguments, all results; one result; none; three.
local function all(f, a, b) return pack(pcall(f, a, b)) end
local function first(f, a, b) local ok = pcall(f, a, b) return ok end
local function drop(f, a, b) pcall(f, a, b) return "dropped" end
local function triple(f, a, b) local ok, x, y = pcall(f, a, b) return ok, x, y end
local function open(f, ...) return pack(pcall(f, ...)) end
local function xall(f, a, b) return pack(xpcall(f, handler, a, b)) end
local function xopen(f, ...) return pack(xpcall(f, handler, ...)) end
local function xtriple(f, a, b) local ok, x, y = xpcall(f, handler, a, b) return ok, x, y end

for round = 1, 4 do
  local cases = {
    {none, {n = 1, true}}, {one, {n = 2, true, -1}}, {two, {n = 3, true, -1, 2}}, {three, {n = 4, true, -1, 2, nil}},
    {many, {n = 3, true, -1, 2}}, {tail, {n = 3, true, 2, -1}}, {tail_native, {n = 2, true, 1}},
    {fail, {n = 2, false, -1}}, {callable, {n = 4, true, "called", -1, 2}},
    {math.abs, {n = 2, true, 1}}, {math.max, {n = 2, true, 2}}, {rawequal, {n = 2, true, false}},
    {select, {n = 2, true, 2}}, {pcall, {n = 3, true, false, "attempt to call a number value"}},
    {rawlen, {n = 2, false, "table or string expected"}}, {string.rep, {n = 2, true, "-1-1"}},
    {string.char, {n = 2, false, "value out of range"}},
    {error, {n = 2, false, -1}}, {assert, {n = 3, true, -1, 2}}, {type, {n = 2, true, "number"}},
    {nil, {n = 2, false, "attempt to call a nil value"}}, {7, {n = 2, false, "attempt to call a number value"}},
    {tostring, {n = 2, true, "-1"}}, {next, {n = 2, false, "table expected"}},
    {coroutine.running, {n = 3, true, coroutine.running()}},
    {coroutine.wrap(function(a, b) coroutine.yield(a, b) return 5 end), {n = 3, true, -1, 2}},
  }
  for at, case in ipairs(cases) do
    local f, want = case[1], case[2]
    local failed = not want[1]
    local function check(got, prefix)
      assert(got.n == want.n and got[1] == want[1], at)
      for i = 2, want.n do
        if not failed then
          assert(got[i] == want[i], at)
        else
          local text = tostring(got[i])
          assert(text:sub(1, #prefix) == prefix and text:find(tostring(want[i]), 1, true), text)
        end
      end
    end
    check(all(f, -1, 2), "")
    if at < #cases then
      assert(first(f, -1, 2) == want[1] and drop(f, -1, 2) == "dropped")
      same(pack(triple(f, -1, 2)), want[1], failed and select(2, pcall(f, -1, 2)) or want[2], want[3])
      check(open(f, -1, 2), "")
      check(xall(f, -1, 2), "handled ")
      check(xopen(f, -1, 2), "handled ")
      local ok, x = xtriple(f, -1, 2)
      assert(ok == want[1] and (failed or x == want[2]))
    end
  end
  same(open(many), true)
  same(open(none, 1, 2, 3), true)
  same(open(three), true, nil, nil, nil)
  same(xopen(three), true, nil, nil, nil)
  for n = 0, 300, 60 do
    local list = {}
    for i = 1, n do list[i] = i end
    assert(open(many, unpack(list, 1, n)).n == n + 1 and open(math.max, 0, unpack(list, 1, n))[2] == n)
    assert(xopen(many, unpack(list, 1, n)).n == n + 1)
  end
end
assert(not pcall(pcall) and not pcall(xpcall) and not pcall(xpcall, one))
same(pack(pcall(xpcall, one, 5)), false, select(2, pcall(xpcall, one, 5)))
for round = 1, 3 do
  local ok, message = pcall(function(...) return xpcall(one, ...) end)
  assert(not ok and message:find("bad argument #2 to 'xpcall'", 1, true))
  ok, message = pcall(function(...) return pcall(...) end)
  assert(not ok and message:find("bad argument #1 to 'pcall'", 1, true))
end

-- Each handler holds for its own call only; errors in handlers; the inner one's error reaches nobody else.
do
  local function outer_handler(m) return "outer " .. m end
  local function inner_handler(m) return "inner " .. m end
  for round = 1, 3 do
    same(pack(xpcall(function()
      local ok, m = xpcall(fail, inner_handler, "a")
      assert(not ok and m == "inner a")
      ok, m = pcall(fail, "b")
      assert(not ok and m == "b")
      ok, m = xpcall(one, inner_handler, "fine")
      assert(ok and m == "fine" and pcall(one, 1) and pcall(math.abs, 1))
      fail("c")
    end, outer_handler)), false, "outer c")
    local ok, m = xpcall(fail, function(m) if m == 0 then return "done" end error(m - 1, 0) end, 3)
    assert(not ok and m == "done")
  end
  local trace
  xpcall(function() local x <const> = nil + 1 end, function() trace = debug.traceback() end)
  assert(trace:find("[C]: in function 'xpcall'", 1, true), trace)
  pcall(function() trace = debug.traceback() end)
  assert(trace:find("[C]: in function 'pcall'", 1, true), trace)
end

-- Yields inside, and results and errors afterwards, from other depths of resumes.
do
  local function work(a)
    local b = coroutine.yield(a)
    if b == "fail" then error("told to", 0) end
    return b, a
  end
  local co = coroutine.create(function(...)
    local mode = ...
    while true do
      local got
      if mode == "pcall" then got = pack(pcall(work, 1))
      elseif mode == "xpcall" then got = pack(xpcall(work, handler, 2))
      else got = pack(pcall(coroutine.yield, 3)) end
      mode = coroutine.yield(unpack(got, 1, got.n))
    end
  end)
  local function deeper(d, ...)
    if d == 0 then return pack(coroutine.resume(co, ...)) end
    return coroutine.wrap(deeper)(d - 1, ...)
  end
  for depth = 0, 20, 5 do
    same(deeper(depth, "pcall"), true, 1)
    same(deeper(20 - depth, "go"), true, true, "go", 1)
    same(deeper(depth, "pcall"), true, 1)
    same(deeper(20 - depth, "fail"), true, false, "told to")
    same(deeper(20 - depth, "xpcall"), true, 2)
    same(deeper(depth, "fail"), true, false, "handled told to")
    same(deeper(depth, "yield"), true, 3)
    same(deeper(20 - depth, "x", "y"), true, true, "x", "y")
  end
end

-- Hooks turned on and off inside.
do
  local seen = 0
  for i = 1, 12 do
    local ok, v = pcall(function(x)
      if i % 3 == 0 then debug.sethook(function() seen = seen + 1 end, "crl") end
      return x
    end, i)
    assert(ok and v == i)
    ok, v = xpcall(one, handler, i)
    assert(ok and v == i and select(2, pcall(math.abs, -i)) == i)
    pcall(debug.sethook)
    assert(debug.gethook() == nil)
  end
  assert(seen > 20)
end

-- What a protected C function allocates is collected; what its arguments are is not.
do
  local rep = string.rep
  collectgarbage()
  local before, most = collectgarbage("count"), 0
  for i = 1, stress and 50 or 3000 do
    local ok, s = pcall(rep, "x", 10000 + i)
    assert(ok and #s == 10000 + i)
    most = math.max(most, collectgarbage("count"))
  end
  assert(most < before + 4000)
  for i = 1, 20 do
    local ok, t = pcall(setmetatable, {i}, {__gc = function() end})
    collectgarbage()
    assert(ok and t[1] == i)
  end
end

-- Nesting: the limit is that of C calls, in the middle of a pcall and in pcall of pcall; the stack's limit is caught.
do
  local depth = 0
  local function nest() depth = depth + 1 local ok, m = pcall(nest) if not ok then error(m, 0) end return true end
  local ok, m = pcall(nest)
  assert(not ok and tostring(m):find("C stack overflow") and depth > 150 and depth < 250)
  depth = 0
  local function xnest() depth = depth + 1 return select(2, assert(xpcall(xnest, one))) end
  ok, m = pcall(xnest)
  assert(not ok and depth > 150 and depth < 250)
  local function forever(n) return 1 + forever(n + 1) end
  for i = 1, 3 do
    ok, m = pcall(forever, 1)
    assert(not ok and tostring(m):find("stack overflow"))
  end
  local list = {pcall}
  for i = 1, 100 do list[i] = pcall end
  list[101] = one
  list[102] = "through"
  local got = pack(pcall(unpack(list)))
  assert(got.n == 102 + 0 and got[101] == true and got[102] == "through")
end

-- Results go to the right place when the call is part of something else.
do
  local t = {pcall(two, 1, 2), pcall(two, 3, 4)}
  assert(#t == 4 and t[1] == true and t[2] == true and t[3] == 3 and t[4] == 4)
  assert((pcall(two, 1, 2)) == true and select("#", pcall(none)) == 1 and select("#", (pcall(none))) == 1)
  local s = "a" .. tostring(pcall(none)) .. select(2, pcall(one, "b"))
  assert(s == "atrueb")
  local function returned(f, ...) return pcall(f, ...) end
  for i = 1, 3 do
    same(pack(returned(two, 1, 2)), true, 1, 2)
    same(pack(returned(none)), true)
    same(pack(returned(fail, "x")), false, "x")
    same(pack(returned(math.abs, -2)), true, 2)
  end
  local object = setmetatable({}, {__index = pcall, __add = pcall, __lt = pcall, __concat = pcall, __len = pcall})
  assert(object.x == false and (object + 1) == false and (object < object) == false and object .. "x" == false and #object == false)
  local direct = setmetatable({}, {__index = function(_, k) return (pcall(one, k)) end, __eq = function() pcall(none) return pcall(none) end})
  assert(direct.x == true and direct == setmetatable({}, getmetatable(direct)))
  for ok, v in pcall, one, "control" do assert(ok == true and v == "control") break end
end

-- How deep calls may nest does not depend on how deep a coroutine was when a pcall of it began.
do
  local yield, wrap = coroutine.yield, coroutine.wrap
  local function room() local n = 0 local function nest() n = n + 1 pcall(nest) end nest() return n end
  local function below(depth, f) if depth == 0 then return f() end return (wrap(below)(depth - 1, f)) end
  local function body() while true do pcall(function() pcall(yield, "inside") end) yield(room()) end end
  local direct, moved = wrap(body), wrap(body)
  assert(direct() == "inside")
  local most = direct()
  for i = 1, 5 do
    assert(below(150, moved) == "inside")
    assert(moved() == most)
  end
  local room_after = wrap(function()
    local ok = pcall(function() local x <close> = setmetatable({}, {__close = function() yield(1) end}) error("closed") end)
    yield(2)
    yield(not ok and room())
  end)
  assert(below(150, room_after) == 1 and room_after() == 2 and room_after() == most)
end

-- pcall of library functions: any number of arguments and results, refusals and errors, at a call site that has
-- seen others.
do
  local unpack, pack = table.unpack, table.pack
  local function results(f, ...)
    local ok = pcall(f, ...)
    local a, b, c = pcall(f, ...)
    local all = pack(pcall(f, ...))
    assert(ok == a and a == all[1] and b == all[2] and c == all[3])
    return all
  end
  local function lua(...) return ... end
  for _ = 1, 3 do
    for f, expected in pairs({[math.floor] = 1, [lua] = 1, [rawequal] = false, [tostring] = "1"}) do
      local all = results(f, 1, 2)
      assert(all[1] == true and all[2] == expected and all.n == (f == lua and 3 or 2))
    end
    assert(results(math.floor, {}).n == 2 and not results(math.floor)[1])
    assert(results(string.byte, "abc", 1, -1).n == 4)
    assert(results(string.byte, "", 1, -1).n == 1)
    assert(results(unpack, {1, 2, 3, 4, 5}).n == 6)
    assert(results(rawlen, 1)[2]:find("table or string expected"))
    assert(results(pcall, math.floor, 2.5)[3] == 2 and results(pcall)[1] == false)
    assert(results(nil)[1] == false and results(setmetatable({}, {__call = rawequal}), 1)[2] == false)
  end
  local held = {}
  for i = 1, 20000 do -- collections in between
    local ok, s = pcall(string.rep, "x", 10 + i % 50)
    local ok2, t = pcall(string.sub, s .. i, 2)
    held[i % 100] = t
    assert(ok and ok2 and t == s:sub(2) .. i)
  end
end

-- Functions with varargs, with fewer and more arguments than parameters, called at the same place as
-- functions without; what debug sees of them, and errors in them.
do
  local function none(...) return select("#", ...), ... end
  local function one(a, ...) return a, select("#", ...), ... end
  local function three(a, b, c, ...) return a, b, c, select("#", ...), ... end
  local function plain(a, b) return a, b end
  local function failing(a, ...) error({a, ...}) end
  local function handler(e) return type(e) == "table" and #e or e end
  local function show(...)
    local parts = {}
    for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))) end
    return table.concat(parts, " ")
  end
  local lines = {}
  for round = 1, 3 do
    for i, f in ipairs({none, one, three, plain}) do
      local a, b, c, d = pcall(f)
      lines[i] = table.concat({show(a, b, c, d), show(pcall(f, 1)), show(pcall(f, 1, 2)),
        show(pcall(f, 1, 2, 3, 4, 5)), show(xpcall(f, handler)), show(xpcall(f, handler, 1, 2)),
        show(xpcall(f, handler, 1, 2, 3, 4)), show(pcall(f, table.unpack({1, 2, 3, 4, 5, 6})))}, " | ")
    end
    assert(select(2, xpcall(failing, handler, 1, 2, 3)) == 3 and select(2, xpcall(failing, handler)) == 0)
    assert(#select(2, pcall(failing, 1, 2, 3, 4)) == 4)
  end
  print(lines[1]) --> true 0 nil nil | true 1 1 | true 2 1 2 | true 5 1 2 3 4 5 | true 0 | true 2 1 2 | true 4 1 2 3 4 | true 6 1 2 3 4 5 6
  print(lines[2]) --> true nil 0 nil | true 1 0 | true 1 1 2 | true 1 4 2 3 4 5 | true nil 0 | true 1 1 2 | true 1 3 2 3 4 | true 1 5 2 3 4 5 6
  print(lines[3]) --> true nil nil nil | true 1 nil nil 0 | true 1 2 nil 0 | true 1 2 3 2 4 5 | true nil nil nil 0 | true 1 2 nil 0 | true 1 2 3 1 4 | true 1 2 3 3 4 5 6
  print(lines[4]) --> true nil nil nil | true 1 nil | true 1 2 | true 1 2 | true nil nil | true 1 2 | true 1 2 | true 1 2

  local function seen(a, ...)
    local _, first = debug.getlocal(1, 1)
    local name, second = debug.getlocal(1, -2)
    collectgarbage()
    return first, name, second, debug.getinfo(1, "u").isvararg, debug.getinfo(2, "f").func == pcall
  end
  print(pcall(seen, 1, 2, 3)) --> true	1	(vararg)	3	true	true

  -- Deep enough to make the stacks move, and in coroutines that yield in between.
  local function deep(n, ...)
    if n == 0 then return select("#", ...), ... end
    local ok, count, first = pcall(deep, n - 1, n, ...)
    return count, first
  end
  print(deep(150)) --> 150	1
  local co = coroutine.wrap(function(...)
    return pcall(function(...) return coroutine.yield(...) end, ...)
  end)
  print(co(1, 2, 3)) --> 1	2	3
  print(co(4, 5)) --> true	4	5
end
