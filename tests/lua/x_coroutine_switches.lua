-- Switches as hot call sites do them: one site of resume, wrap, yield and of a generic loop meets coroutines in
-- every state, other functions, hooks, counts of values that don't fit, stacks that move and collections.
local yield, wrap, create, resume, status = coroutine.yield, coroutine.wrap, coroutine.create, coroutine.resume, coroutine.status
local pack, unpack = table.pack, table.unpack
local stress = os.getenv("FERROUS_GC_STRESS")

local function same(list, ...)
  local expected = pack(...)
  assert(list.n == expected.n, list.n .. " values, not " .. expected.n)
  for i = 1, list.n do assert(list[i] == expected[i], i) end
end

-- One site of resume for all: fresh, suspended, dead, running, normal, no thread at all, and other functions.
local function site(f, ...) return pack(f(...)) end
local function two(f, a, b) local x, y = f(a, b) return x, y end
do
  local co = create(function(...) local a, b = yield(...) same(pack(yield(a, b, 3)), 7) return "end" end)
  for round = 1, 3 do
    same(site(resume, create(function(...) return ... end), 1, nil), true, 1, nil)
    same(site(math.max, 3, 4), 4)
    same(site(function(...) return select("#", ...) end, 1, 2, 3), 3)
    assert(site(pcall, resume)[2]:find("thread expected, got no value", 1, true))
  end
  same(site(resume, co, "a"), true, "a")
  same(site(resume, co, 5, 6, 7), true, 5, 6, 3)
  same(site(resume, co, 7), true, "end")
  same(site(resume, co), false, "cannot resume dead coroutine")
  same(site(resume, coroutine.running()), false, "cannot resume non-suspended coroutine")
  local outer
  outer = create(function()
    same(site(resume, outer), false, "cannot resume non-suspended coroutine")
    return wrap(function() return site(resume, outer)[2] end)()
  end)
  same(site(resume, outer), true, "cannot resume non-suspended coroutine")
  assert(not pcall(two, resume, 1) and not pcall(two, resume, nil) and not pcall(two, resume, print))
  assert(not pcall(two, nil, co) and two(rawequal, co, co) == true)
end

-- Fewer and more values than either side wants.
do
  local co = create(function(...)
    local got, a, b, c = pack(...)
    while true do
      got = pack(yield(unpack(got, 1, got.n)))
      a = yield(unpack(got, 1, got.n))
      got = pack(a)
      a, b, c = yield(unpack(got, 1, got.n))
      got = pack(a, b, c)
      yield(unpack(got, 1, got.n))
      got = {n = 0}
    end
  end)
  same(pack(resume(co, 1, 2)), true, 1, 2)
  for round = 1, 5 do
    same(pack(resume(co, 3, nil, nil)), true, 3, nil, nil)
    same(pack(resume(co)), true, nil)
    same(pack(resume(co, 1, 2, 3, 4)), true, 1, 2, 3)
    local ok, nothing = resume(co, "dropped")
    assert(ok and nothing == nil)
  end
  local count = wrap(function(...)
    local n = select("#", ...)
    while true do n = select("#", yield(n)) end
  end)
  for n = 0, 400, 7 do assert(count(unpack({}, 1, n)) == n) end
  local function echo(...) while true do end end
  local back = wrap(function(...)
    local function step(...) return step(yield(...)) end
    return step(...)
  end)
  for n = 0, stress and 300 or 20000, 99 do assert(select("#", back(unpack({}, 1, n))) == n) end
end

-- A loop over a wrap function; its site meets other iterators, and closing values.
do
  local function sum(...)
    local total = 0
    for a, b, c in ... do total = total + a + (b or 0) + (c or 0) end
    return total
  end
  local function numbers(n, ...)
    local more = pack(...)
    return wrap(function(state, control)
      for i = 1, n do
        local s, last = yield(i, unpack(more, 1, more.n))
        assert(s == nil and last == i)
      end
    end)
  end
  for round = 1, 3 do
    assert(sum(numbers(10)) == 55)
    assert(sum(numbers(10, 1)) == 65)
    assert(sum(numbers(10, 1, 2, 3, 4)) == 85)
    assert(sum(ipairs({5, 6})) == 1 + 5 + 2 + 6)
    assert(sum(next, {5, 6}) == 1 + 5 + 2 + 6)
    local n = 0
    assert(sum(function() n = n + 1 if n < 4 then return n end end) == 6)
    assert(sum(setmetatable({}, {__call = function(_, _, last) last = last or 0 if last < 3 then return last + 1 end end})) == 6)
    assert(sum(numbers(0)) == 0)
    assert(sum(wrap(function() yield(1) return nil, 2 end)) == 1)
    assert(sum(wrap(function() yield(1) yield(false or nil) error("never") end)) == 1)
  end
  local ok, message = pcall(sum, wrap(function() yield(1) error("in the loop") end))
  assert(not ok and message:find("in the loop", 1, true))
  ok, message = pcall(sum, wrap(function() yield(1) error({}) end))
  assert(not ok and type(message) == "table")
  local dead = wrap(function() end)
  dead()
  ok, message = pcall(sum, dead)
  assert(not ok and message:find("cannot resume dead coroutine", 1, true))
  local closed
  local guard = setmetatable({}, {__close = function() closed = true end})
  for x in numbers(3), nil, nil, guard do if x == 2 then break end end
  assert(closed)
end

-- A generator that the loop of another coroutine runs, which is itself run by a loop; yields from nested calls.
do
  local function walk(tree) if tree then walk(tree[1]) yield(tree[2]) walk(tree[3]) end end
  local function build(low, high)
    if low > high then return nil end
    local middle = (low + high) // 2
    return {build(low, middle - 1), middle, build(middle + 1, high)}
  end
  local n = stress and 60 or 3000
  local last = 0
  local function doubled(source) return wrap(function() for x in source do yield(x, x * 2) end end) end
  for a, b in doubled(doubled(wrap(function() walk(build(1, n)) end))) do
    assert(a == last + 1 and b == 2 * a)
    last = a
  end
  assert(last == n)
  local function deep(d) if d == 0 then return yield(d) end return 1 + deep(d - 1) end
  for d = 1, 2000, stress and 800 or 50 do
    local co = wrap(function() return deep(d) end)
    assert(co() == 0 and co(7) == 7 + d)
  end
end

-- Through pcall, metamethods and C functions.
do
  local co = wrap(function()
    for i = 1, 5 do
      local ok, v = pcall(function() if yield(i) == "fail" then error("failed", 0) end return "went on" end)
      assert(yield(v) == nil)
    end
    return "end"
  end)
  for i = 1, 5 do
    assert(co() == i)
    assert(co(i % 2 == 0 and "fail" or "go") == (i % 2 == 0 and "failed" or "went on"))
  end
  assert(co() == "end")
  local t = setmetatable({}, {__index = function(_, k) return yield(k) end, __lt = function() return yield("lt") end})
  co = wrap(function() for i = 1, 3 do assert(t[i] == -i and (t < t) == (i == 2)) end return "end" end)
  assert(co() == 1 and co(-1) == "lt" and co(false) == 2 and co(-2) == "lt" and co(1) == 3 and co(-3) == "lt" and co(nil) == "end")
  local function in_sort(how) return pcall(table.sort, {3, 2, 1}, how) end
  co = wrap(function()
    for i = 1, 3 do
      local ok, message = in_sort(function(a, b) yield(a, b) return a < b end)
      assert(not ok and message:find("attempt to yield across a C%-call boundary"))
      local inner = wrap(function() for j = 1, 4 do yield(j) end end)
      assert(in_sort(function(a, b) return inner() > 0 and a < b end) == (i > 0) or i)
      yield(i)
    end
  end)
  assert(co() == 1 and co() == 2 and co() == 3)
  local ok, message = pcall(yield)
  assert(not ok and message == "attempt to yield from outside a coroutine")
end

-- Hooks set on and off while a site is hot: on the resumer, on the coroutine, and by the coroutine on itself.
do
  local seen = 0
  local function note() seen = seen + 1 end
  local gen = create(function(v) while true do v = yield(v) end end)
  for i = 1, 30 do
    if i % 6 == 1 then debug.sethook(gen, note, "l")
    elseif i % 6 == 2 then debug.sethook(gen)
    elseif i % 6 == 3 then debug.sethook(note, "crl")
    elseif i % 6 == 4 then debug.sethook(gen, note, "", 1)
    elseif i % 6 == 5 then debug.sethook() end
    local ok, v = resume(gen, i)
    assert(ok and v == i)
  end
  debug.sethook()
  debug.sethook(gen)
  assert(seen > 20)
  local names = {}
  local co = wrap(function()
    debug.sethook(function() names[#names + 1] = debug.getinfo(2, "n").name end, "c")
    yield(1)
    yield(2)
    debug.sethook()
    yield(3)
  end)
  for i = 1, 3 do assert(co() == i) end
  assert(table.concat(names, " ") == "yield yield sethook")
end

-- What tracebacks and getinfo see of a waiting coroutine, and of a thread that waits for one.
do
  local main = coroutine.running()
  local function step() yield(1) yield(2) end
  local co = create(function() step() error("out") end)
  local line = debug.getinfo(1, "l").currentline
  for i = 1, 2 do
    assert(resume(co))
    local trace = debug.traceback(co)
    assert(trace:find("^stack traceback:\n\t%[C%]: in function 'coroutine.yield'\n\t[^\n]+:%d+: in [^\n]+'step'"), trace)
    assert(debug.getinfo(co, 0, "f").func == yield and debug.getinfo(co, 1, "l").currentline == line - 2)
    assert(debug.getlocal(co, 0, 1) == nil)
  end
  local seen
  local inner = create(function() while true do seen = debug.traceback(main, nil) yield() end end)
  for i = 1, 3 do
    resume(inner)
    assert(seen:find("^stack traceback:\n\t%[C%]: in function 'coroutine.resume'\n"), seen)
  end
  assert(status(inner) == "suspended" and coroutine.close(inner) and status(inner) == "dead")
end

-- Collections while values are on their way, and of threads that wait.
do
  local weak = setmetatable({}, {__mode = "k"})
  local co = wrap(function(object)
    while true do
      collectgarbage()
      assert(object[1] == "kept")
      local result = {object}
      object = nil
      object = yield(result, {})
    end
  end)
  for i = 1, stress and 5 or 20 do
    local object = {"kept"}
    weak[object] = true
    local result, other = co(object)
    object = nil
    collectgarbage()
    assert(result[1][1] == "kept" and type(other) == "table")
    result = nil
    collectgarbage()
  end
  collectgarbage()
  local n = 0
  for _ in pairs(weak) do n = n + 1 end
  assert(n <= 1)
end

-- The depth of resumes is bounded; the error is one of resume, and all go on.
do
  local depth = 0
  local function nest() depth = depth + 1 local ok, message = resume(create(nest)) if not ok then error(message, 0) end return ok end
  local ok, message = resume(create(nest))
  assert(not ok and message == "C stack overflow" and depth > 150 and depth < 250)
  local chain = {}
  for i = 1, 150 do
    local below = chain[i - 1]
    chain[i] = wrap(function() while true do yield(below and below() or 0) end end)
  end
  for round = 1, 3 do for i = 1, 150, 10 do assert(chain[i]() == 0) end end
end

-- A coroutine yields to whoever resumed it this time.
do
  local shared = create(function() for i = 1, 100 do yield(i) end end)
  local function take() return select(2, resume(shared)) end
  local a, b = wrap(function() while true do yield(take()) end end), wrap(function() while true do yield(take()) end end)
  for i = 1, 99, 3 do assert(take() == i and a() == i + 1 and b() == i + 2) end
end

-- Beginnings and ends at the same sites: functions of every kind, fewer and more arguments than parameters, results
-- of every number, functions that return at once, and dead coroutines; main functions that are called from C.
do
  local function pairs_of(a, b) return a, b end
  local function first(a) return a end
  local function none() end
  local function three(a, b, c) if a then yield(c) end return b end
  local function varied(...) return select("#", ...), ... end
  local function tail(a) return first(a) end
  local function captured(a) local f = function() a = a + 1 return a end yield(f) return f end
  local function fails(a) if a ~= nil then error(a, 0) end end
  local object = setmetatable({}, {__close = function() yield("closing") end})
  local function closes(a) local x <close> = object return a end
  local function once(f, ...) local ok, v = resume(create(f), ...) assert(ok) return v end
  local function wrapped(f, ...) local v = wrap(f)(...) return v end
  local function dropped(f, ...) wrap(f)(...) resume(create(f), ...) end
  local function every(f, ...) return pack(wrap(f)(...)) end
  local function looped(f) local n = 0 for v in wrap(f) do n = n + 1 if n > 3 then break end end return n end
  for round = 1, 4 do
    assert(once(pairs_of, 1, 2) == 1 and once(first, 1, 2) == 1 and once(first) == nil and once(none, 1) == nil)
    assert(once(varied, 1, 2) == 2 and once(three, 1, 2, 3) == 3 and once(three, false, 2) == 2 and once(tail, 5) == 5)
    assert(once(math.abs, -5) == 5 and once(yield, 6) == 6 and once(closes, 1) == "closing" and once(captured, 1)() == 2)
    assert(wrapped(pairs_of, 1, 2) == 1 and wrapped(first) == nil and wrapped(none) == nil and wrapped(varied) == 0)
    assert(wrapped(math.max, 1, 7) == 7 and wrapped(yield) == nil and wrapped(tail, 5) == 5)
    same(every(pairs_of, 1), 1, nil)
    same(every(none))
    same(every(first, 1, 2, 3), 1)
    same(every(varied, nil, nil), 2, nil, nil)
    same(every(three, 1, 2, 3), 3)
    dropped(none) dropped(first, 1) dropped(pairs_of, 1, 2) dropped(three, 1) dropped(varied) dropped(math.abs, 1)
    assert(looped(none) == 0 and looped(first) == 0 and not pcall(looped, function() return 1 end))
    assert(not pcall(looped, function() yield(1) return 2 end) and looped(function() yield(1) end) == 1)
    for _, f in ipairs({none, first, pairs_of, varied, tail, math.abs}) do
      local co = create(f)
      assert(resume(co, 1) and status(co) == "dead")
      local ok, message = resume(co, 1)
      assert(not ok and message == "cannot resume dead coroutine" and coroutine.close(co))
    end
    local ok, message = pcall(wrapped, fails, "failed")
    assert(not ok and message:find("failed$") and wrapped(fails) == nil)
    assert(select(2, resume(create(fails), object)) == object)
    assert(not pcall(create) and not pcall(wrap, 5) and not pcall(status, 5) and not pcall(coroutine.isyieldable, 5))
    local main, is_main = coroutine.running()
    assert(is_main and status(main) == "running" and not coroutine.isyieldable() and not coroutine.isyieldable(main))
    local co
    co = create(function()
      assert(status(co) == "running" and status(main) == "normal" and coroutine.isyieldable() and not select(2, coroutine.running()))
      return coroutine.running()
    end)
    assert(status(co) == "suspended" and coroutine.isyieldable(co) and select(2, resume(co)) == co and status(co) == "dead")
    local deep = 0
    local function nest(d) if d > 0 then return 1 + wrap(nest)(d - 1) end deep = deep + 1 return 0 end
    assert(nest(50) == 50 and deep == 1)
    local made = {}
    for i = 1, stress and 5 or 200 do
      made[i] = wrap(function(a) local b = yield(a + i) return b * i end)
      assert(made[i](1) == 1 + i)
    end
    for i = 1, #made do assert(made[i](2) == 2 * i and not pcall(made[i])) end
  end
end

-- Values for a coroutine that an error ended inside Lua functions.
do
  local function deep(d, f) if d == 0 then return f() end return 1 + deep(d - 1, f) end
  for d = 0, 30, 5 do
    local co = create(function() yield(1) deep(d, error) end)
    resume(co) resume(co)
    for n = 0, 3 do
      local ok, message = resume(co, unpack({1, 2, 3}, 1, n))
      assert(not ok and message == "cannot resume dead coroutine")
    end
  end
end

-- Any number of values to a loop with any number of variables, and to calls that want any number.
do
  local create, resume, wrap, yield, unpack = coroutine.create, coroutine.resume, coroutine.wrap, coroutine.yield, table.unpack
  local function generator(n)
    return wrap(function()
      for i = 1, 3 do
        local x = {i, i + 1, i + 2, i + 3}
        if n == 1 then yield(i) elseif n == 2 then yield(i, i + 1) elseif n == 3 then yield(i, i + 1, i + 2)
        else yield(unpack(x, 1, n)) end
        yield(unpack(x, 1, n))
      end
    end)
  end
  local function check(i, step, value, given) assert(value == (step <= given and i + step - 1 or nil)) end
  for _ = 1, 3 do
    for n = 1, 4 do
      local turns = 0
      for a in generator(n) do turns = turns + 1 check((turns + 1) // 2, 1, a, n) end
      for a, b in generator(n) do check(a, 2, b, n) turns = turns + 1 end
      for a, b, c in generator(n) do local d check(a, 2, b, n) check(a, 3, c, n) assert(d == nil) turns = turns + 1 end
      for a, b, c, d in generator(n) do check(a, 3, c, n) check(a, 4, d, n) turns = turns + 1 end
      assert(turns == 24)
    end
    for _, nothing in ipairs({0, 1}) do
      local rounds = 0
      for _ in wrap(function() if nothing == 0 then yield() else yield(nil, 1) end error("resumed") end) do rounds = rounds + 1 end
      assert(rounds == 0)
    end
  end
  local echo = create(function(...)
    yield()
    local a = yield(1)
    local b, c = yield(a)
    local all = table.pack(yield(b, c))
    yield(unpack(all, 1, all.n))
    yield((yield(all.n)))
  end)
  local function take(...) return select("#", ...), ... end
  assert(take(resume(echo)) == 1)
  assert(select(3, take(resume(echo))) == 1)
  local n, ok, a = take(resume(echo, "a", "b"))
  assert(n == 2 and ok and a == "a")
  local n, ok, b, c = take(resume(echo, "b"))
  assert(n == 3 and b == "b" and c == nil)
  local n, ok, x, y, z = take(resume(echo, 1, nil, 3))
  assert(n == 4 and x == 1 and y == nil and z == 3)
  local ok, count, none = resume(echo)
  assert(ok and count == 3 and none == nil)
  resume(echo, "last")
end

-- Functions of coroutines that end with values, for a loop, a call, and lua_resume.
do
  local create, resume, wrap, yield, unpack = coroutine.create, coroutine.resume, coroutine.wrap, coroutine.yield, table.unpack
  local closed = 0
  local function ending(kind, n, ...)
    local given = {...}
    if kind == "plain" then
      return function()
        if n == 0 then return elseif n == 1 then return given[1] elseif n == 2 then return given[1], given[2] end
        return unpack(given, 1, n)
      end
    elseif kind == "vararg" then
      return function(...) yield(0, 0, 0) return unpack(given, 1, n) end
    elseif kind == "captured" then
      return function()
        local x, y = given[1], given[2]
        local function read() return x end
        yield(read)
        if n == 0 then return elseif n == 1 then return x elseif n == 2 then return x, y end
        return read(), select(2, unpack(given, 1, n))
      end
    end
    return function()
      local resource <close> = setmetatable({}, {__close = function() closed = closed + 1 end})
      yield(0)
      return unpack(given, 1, n)
    end
  end
  local function values_of(a, b, c, d, n)
    local first = {1, 2, 3}
    local got = {a, b, c, d}
    for i = 1, 4 do assert(got[i] == (i <= n and first[i] or nil)) end
  end
  local readers = {}
  for round = 1, 3 do
    for _, kind in ipairs({"plain", "vararg", "captured", "closing"}) do
      local yields = kind == "plain" and 0 or 1
      for n = 0, 3 do
        local values = table.pack(unpack({1, 2, 3}, 1, n))
        local function make() return ending(kind, n, unpack(values, 1, n)) end
        -- The values that a function ends with are one more round, after which the coroutine is dead.
        local rounds, last = 0, nil
        local ok, message = pcall(function()
          for a, b, c, d in wrap(make()) do
            rounds = rounds + 1
            if rounds > yields then values_of(a, b, c, d, n) end
            if type(a) == "function" then readers[#readers + 1] = a end
            last = a
          end
        end)
        assert(ok == (n == 0) and rounds == yields + (n > 0 and 1 or 0))
        assert(ok or message:find("cannot resume dead coroutine", 1, true))
        local f = wrap(make())
        for _ = 1, yields do f() end
        local a, b, c, d = f()
        values_of(a, b, c, d, n)
        local co = create(make())
        for _ = 1, yields do assert(resume(co)) end
        assert(select("#", resume(co)) == n + 1 and coroutine.status(co) == "dead")
        -- From C, and with results that are not wanted.
        local co = create(make())
        for _ = 1, yields do assert(pcall(pcall, resume, co)) end
        local results = table.pack(pcall(resume, co))
        assert(results.n == n + 2 and results[1] and results[2])
        values_of(results[3], results[4], results[5], results[6], n)
        local co = create(make())
        for _ = 1, yields do resume(co) end
        resume(co)
        assert(select(2, resume(co)) == "cannot resume dead coroutine")
      end
    end
  end
  assert(closed == 60)
  for _, read in ipairs(readers) do read() end
end

-- Loops inside coroutines that loops resume: the end of one is not that of the other.
do
  local wrap, yield = coroutine.wrap, coroutine.yield
  local function upto(n) return wrap(function() for i = 1, n do yield(i) end end) end
  local function nested(n) return wrap(function() for i in upto(n) do for j in upto(i) do yield(i, j) end end end) end
  local sum = 0
  for i, j in nested(20) do sum = sum + i * j end
  assert(sum == 23485)
  local function descend(n) return wrap(function() if n > 0 then for v in descend(n - 1) do yield(v) end yield(n) end end) end
  local sum = 0
  for v in descend(40) do sum = sum + v end
  assert(sum == 820)
end
print "ends"  --> ends

-- return coroutine.yield(...): what it is resumed with are the function's results.
do
  local create, resume, wrap, yield, unpack = coroutine.create, coroutine.resume, coroutine.wrap, coroutine.yield, table.unpack
  local pack = table.pack
  local function pass(...) return yield(...) end
  local function one(x) return yield(x) end
  local function closing(...) local x <close> = nil; return yield(...) end
  local function captured(x) local function read() return x end return yield(read()) end
  local function check(values, n)
    assert(values.n == n, values.n)
    for i = 1, n do assert(values[i] == 10 * i) end
  end
  local function body(f)
    for _ = 1, 2 do
      for n = 0, 3 do check(pack(f(n)), n) end
      local a = f(1) assert(a == 10)
      local a, b = f(1) assert(a == 10 and b == nil)
      local a, b = f(3) assert(a == 10 and b == 20)
      f(0) f(2)
      assert((f(3)) == 10)
      check({n = 3, f(1), (select(2, f(2))), 30}, 3)
      local t = setmetatable({}, {__index = function(_, n) return f(n) end, __add = function(_, n) return f(n) end})
      assert(t[1] == 10 and t[3] == 10 and t[0] == nil and t + 2 == 10)
      check(pack(select(2, pcall(f, 3))), 3)
      for a, b in f, 2 do assert(a == 10 and b == 20) break end
    end
    return f(2)
  end
  local function run(step, co)
    local n = select(2, step(co))
    while true do
      local results = pack(step(co, unpack({10, 20, 30}, 1, n)))
      if coroutine.status(co) == "dead" then return check(pack(unpack(results, 2, results.n)), 2) end
      n = results[2]
    end
  end
  local function through_c(co, ...) -- with hooks on, C functions are called as such: it is lua_resume
    debug.sethook(function() end, "", 1 << 20)
    local results = pack(resume(co, ...))
    debug.sethook()
    return unpack(results, 1, results.n)
  end
  local function hooked(co, ...)
    debug.sethook(co, function() end, "crl", 3)
    local results = pack(resume(co, ...))
    debug.sethook(co)
    return unpack(results, 1, results.n)
  end
  local turn = 0
  local function changing(...)
    turn = turn + 1
    return (({resume, hooked, through_c})[turn % 3 + 1])(...)
  end
  for _, f in ipairs({pass, one, closing, captured}) do
    for _, step in ipairs({resume, through_c, hooked, changing}) do run(step, create(function() return body(f) end)) end
    run(resume, create(function(...) local n = ... return body(f) end))
  end
  -- The site sees other functions as well, and then yield again.
  local function call(f, ...) return f(...) end
  local co = wrap(function()
    for i = 1, 20 do
      assert(call(yield, i) == i * 2)
      assert(call(math.abs, -i) == i and call(function(x) return x + 1 end, i) == i + 1)
    end
    return call(yield, "last")
  end)
  local v = co()
  while v ~= "last" do v = co(v * 2) end
  assert(co(1) == 1)
  -- From loops, in coroutines that are nothing but such a return, and where it must not be.
  local sum = 0
  for a, b in wrap(function() for i = 1, 10 do pass(i, i) end end) do sum = sum + a * b end
  assert(sum == 385)
  local f = wrap(function(...) return yield(...) end)
  assert(select("#", f(1, 2, 3)) == 3 and select("#", f(1, 2)) == 2)
  print(pcall(f))                       --> false	cannot resume dead coroutine
  print(pcall(pass))                    --> false	attempt to yield from outside a coroutine
  print(pcall(wrap(function() return pcall(string.gsub, "x", "x", pass) end)))  --> true	false	attempt to yield across a C-call boundary
  local co = create(function() local function named() return yield(1) end return (named()) end)
  resume(co)
  assert(debug.traceback(co):find("in function 'coroutine.yield'.*: in local 'named'"))
  print(coroutine.close(co))            --> true
  local log = {}
  local co = create(function() local x <close> = setmetatable({}, {__close = function() log[#log + 1] = "closed" end}) return (pass(1)) end)
  resume(co)
  assert(coroutine.close(co) and log[1] == "closed")
end
