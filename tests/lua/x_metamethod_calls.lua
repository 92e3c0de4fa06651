-- Metamethods that are Lua functions, called again and again from one place while what is called changes: other
-- functions, functions with varargs, C functions, none; with tail calls, errors and yields inside.
local WARM = 40
local function site(text) return assert(load("local a, b, c = ... " .. text, "=site")) end
local function object(mt, fields) return setmetatable(fields or {}, mt) end
local function same(...)
  local want = select(1, ...)
  for i = 2, select("#", ...) do assert(select(i, ...) == want, tostring(select(i, ...))) end
end

local binary = { __add = "+", __sub = "-", __mul = "*", __div = "/", __mod = "%", __idiv = "//", __pow = "^",
  __band = "&", __bor = "|", __bxor = "~", __shl = "<<", __shr = ">>", __concat = ".." }
for event, sign in pairs(binary) do
  local mt, other = {}, {}
  local o, p = object(mt), object(other)
  local both, left, right = site("return a " .. sign .. " b"), site("return a " .. sign .. " 7"),
    site("return 7 " .. sign .. " a")
  local function each(f)
    mt[event] = f
    local got
    for _ = 1, WARM do got = table.concat({ both(o, p), left(o), right(o), both(1, o), both(o, 2.5) }, " ") end
    return got
  end
  local function name(v) return v == o and "o" or v == p and "p" or tostring(v) end
  assert(each(function(a, b) return name(a) .. name(b) end) == "op o7 7o 1o o2.5")
  assert(each(function(...) return select("#", ...) end) == "2 2 2 2 2")
  assert(each(function(a, b, c, d) return tostring(c) .. tostring(d) end) ==
    ("nilnil "):rep(4) .. "nilnil")
  assert(each(function(a) return name(a) end) == "o o 7 1 o")
  assert(each(function(a, b) return rawequal(a, o) and 1 or 2, 3 end) == "1 1 2 2 1")
  local function inner(a, b) return name(b) end
  assert(each(function(a, b) return inner(a, b) end) == "p 7 o o 2.5")
  assert(each(function(a, b) return name(a), error end) == "o o 7 1 o")
  assert(each(type) == ("table table number number table"))
  mt[event] = nil
  assert(not pcall(both, o, 1))
  other[event] = function() return "other" end
  for _ = 1, WARM do assert(both(o, p) == "other" and both(p, o) == "other") end
  -- Nothing but a return: nil.
  mt[event] = function() end
  for _ = 1, WARM do assert(both(o, p) == nil) end
  -- Errors and yields.
  mt[event] = function() error("in " .. event, 0) end
  for _ = 1, WARM do
    local ok, message = pcall(both, o, p)
    assert(not ok and message == "in " .. event)
  end
  mt[event] = function(_, b) return coroutine.yield(b) end
  for _ = 1, 3 do
    local co = coroutine.wrap(function() return both(o, p) end)
    assert(co() == p and co("back") == "back")
  end
end

-- A string or a number with metamethods of its own is asked first.
do
  local add = site("return a + b")
  local o = object { __add = function() return "table" end }
  for _ = 1, WARM do assert(add(1, o) == "table" and add("1", o) == "table") end
  debug.setmetatable(0, { __add = function() return "number" end })
  for _ = 1, WARM do assert(add(1, o) == "number" and add(1, 2) == 3 and add(o, 1) == "table") end
  debug.setmetatable(0, nil)
  for _ = 1, WARM do assert(add(1, o) == "table") end
end

-- Concatenation of several operands, with metamethods at all places; strings with one of their own.
do
  local mt = {}
  local o = object(mt)
  local function text(v) return v == o and "o" or math.type(v) == "integer" and v .. "i" or tostring(v) end
  local join2, join3, join4 = site("return a .. b"), site("local r = a .. b .. c return r"),
    site("return (a .. b .. c .. 'z')")
  local function each(f, ...)
    mt.__concat = f
    for _ = 1, WARM do
      same(table.concat({ join2(o, "s"), join2("s", o), join2(o, 1), join2(1 << 60, o), join2(1.5, o), join2(o, o),
        join3(o, "b", "c"), join3("a", o, 3), join3("a", 2, o), join3(o, o, o), join4(o, 1, 2), join4(1, o, 2),
        join4(1, 2, o), join4(o, 1, o) }, " "), ...)
    end
  end
  each(function(a, b) return "(" .. text(a) .. text(b) .. ")" end, "(os) (so) (o1i) (1152921504606846976io) (1.5o) (oo) " ..
    "(obc) a(o3i) a(2io) (o(oo)) (o12z) 1(o2z) 12(oz) (o1(oz))")
  each(function(...) return select("#", ...) end, "2 2 2 2 2 2 2 a2 a2 2 2 12 122 2")
end
do
  local mt = {}
  local o = object(mt)
  local join = site("return a .. b .. c")
  mt.__concat = function() return o end
  for _ = 1, WARM do assert(join("x", "y", o) == o and join(o, 1, 2) == o and join(o, o, o) == o) end
  mt.__concat = function(a, b) return coroutine.yield(a == o and b or a) end
  for i = 1, 3 do
    local co = coroutine.wrap(function() return join(o, "m", o) end)
    assert(co() == "m" and co(i) == i and co("last") == "last")
    co = coroutine.wrap(function() return join("l", "m", o) end)
    assert(co() == "m" and co("r") == "lr")
  end
  mt.__concat = function() return debug.getinfo(1, "n").name end
  for _ = 1, WARM do assert(join("", "", o) == "concat" and join(o, "", "") == "concat") end
  local strings = getmetatable("")
  strings.__concat = function() return "string" end
  for _ = 1, WARM do assert(join("x", "y", o) == "xstring" and join(o, "y", "z") == "concat") end
  strings.__concat = nil
  for _ = 1, WARM do assert(join("x", "y", o) == "xconcat") end
  debug.setmetatable(1, { __concat = function() return "number" end })
  for _ = 1, WARM do assert(join("x", 1, o) == "xnumber" and join(1, 2, 3) == "123") end
  debug.setmetatable(1, nil)
  mt.__concat = nil
  for _ = 1, 3 do
    local ok, message = pcall(join, "x", "y", o)
    assert(not ok and message:find("attempt to concatenate a table value (local 'c')", 1, true), message)
  end
end

-- Unary operators.
for event, text in pairs { __unm = "return -a", __bnot = "return ~a", __len = "return #a" } do
  local mt = {}
  local o, f = object(mt), site(text)
  mt[event] = function(a, b) return rawequal(a, b) and "one" or "two" end
  for _ = 1, WARM do assert(f(o) == "one") end
  mt[event] = function(...) return select("#", ...) end
  for _ = 1, WARM do assert(f(o) == 2) end
  mt[event] = nil
  if event == "__len" then assert(f(o) == 0) else assert(not pcall(f, o)) end
end

-- Comparisons: results become truth values, negated or not.
do
  local lt, le, eq = site("return a < b"), site("return a <= b"), site("return a == b")
  local ge = site("if a >= b then return 1 end return 2")
  local ne = site("if a ~= b then return 1 end return 2")
  local mt = {}
  local o, p = object(mt), object(mt)
  for _, result in ipairs { 1, false, "x" } do
    local truth = result and true or false
    mt.__lt = function(a, b) assert(a == o or a == p) return result end
    mt.__le = mt.__lt
    mt.__eq = function() return result end
    for _ = 1, WARM do
      same(truth, lt(o, p), le(o, p), eq(o, p))
      assert(ge(o, p) == (truth and 1 or 2) and ne(o, p) == (truth and 2 or 1))
    end
  end
  mt.__lt = function() return end
  mt.__eq = function() end
  for _ = 1, WARM do assert(lt(o, p) == false and eq(o, p) == false and ne(o, p) == 1) end
  mt.__eq = nil
  for _ = 1, WARM do assert(eq(o, p) == false and ne(o, p) == 1 and eq(o, o)) end
  rawset(mt, "__eq", function() return true end)
  for _ = 1, WARM do assert(eq(o, p) == true and ne(o, p) == 2 and not eq(o, 1) and not eq(1, o)) end
  -- Only the second operand has it.
  local q = object(nil)
  for _ = 1, WARM do assert(eq(q, o) == true and eq(o, q) == true and eq(q, {}) == false) end
  assert(not pcall(lt, q, {}) and not pcall(lt, 1, q))
  local function equal(a, b) return a == b end
  for _ = 1, WARM do
    assert(equal("a" .. "b", "ab") and not equal("a", "b") and not equal("a", 1) and equal(1, 1.0))
    assert(not equal(0 / 0, 0 / 0) and equal(0.0, -0.0) and equal(2^53, 2^53 | 0) and not equal(print, type))
    local long = ("x"):rep(100)
    assert(equal(long, ("x"):rep(100)) and not equal(long, ("y"):rep(100)) and equal(print, print))
    assert(equal(1 << 62, 1 << 62) and not equal(1 << 62, 1 << 61) and equal(2^62, 1 << 62))
    assert(not equal(nil, false) and equal(nil, nil) and not equal({}, {}) and not equal(print, equal))
  end
end

-- Reads and writes of fields that a function answers.
do
  local get, set = site("return a.x"), site("a.x = b return a")
  local log, mt = {}, {}
  local o = object(mt, { y = 1 })
  mt.__index = function(t, k, extra) assert(t == o and k == "x" and extra == nil) return 1, 2 end
  mt.__newindex = function(t, k, v) assert(t == o and k == "x") log[#log + 1] = v end
  for i = 1, WARM do assert(get(o) == 1) set(o, i) end
  assert(#log == WARM and rawget(o, "x") == nil)
  mt.__newindex = function(...) log = select("#", ...) return "ignored" end
  for _ = 1, WARM do set(o, 1) end
  assert(log == 3)
  mt.__newindex = function(t, k, v, w) log = { t == o, k, v == nil, w } return log end
  for _ = 1, WARM do set(o, nil) end
  assert(log[1] and log[3] and log[4] == nil)
  mt.__newindex = function(_, _, v) log = coroutine.yield(v) end
  local co = coroutine.wrap(function() return set(o, "out") end)
  assert(co() == "out" and co("in") == o and log == "in")
  mt.__newindex = rawset
  set(o, 5)
  assert(get(o) == 5)
  o.x = nil
  mt.__index = function() return coroutine.yield("asked") end
  co = coroutine.wrap(function() return get(o) end)
  assert(co() == "asked" and co("told") == "told")
  mt.__newindex, mt.__index = nil, nil
  for _ = 1, WARM do set(o, 6) assert(get(o) == 6) set(o, nil) assert(get(o) == nil) end
end

-- Calls of tables: with too few and too many arguments, results wanted or not, __call that changes.
do
  local mt = {}
  local o = object(mt)
  local call0, call1, call2 = site("return (a())"), site("local x, y = a(b) return x, y"), site("a(b, c) return a(b, c)")
  mt.__call = function(self, b, c) assert(self == o) return b, c end
  for _ = 1, WARM do
    assert(call0(o) == nil)
    local x, y = call1(o, 1)
    assert(x == 1 and y == nil)
    x, y = call2(o, 1, 2)
    assert(x == 1 and y == 2)
  end
  mt.__call = function(self) return self end
  for _ = 1, WARM do assert(call0(o) == o and call1(o, 1) == o and call2(o, 1, 2) == o) end
  mt.__call = function(...) return select("#", ...) end
  for _ = 1, WARM do assert(call0(o) == 1 and call1(o, 1) == 2 and call2(o, 1, 2) == 3) end
  mt.__call = object { __call = function(outer, inner, b) return inner == o and b end }
  for _ = 1, WARM do assert(call1(o, 9) == 9) end
  mt.__call = nil
  assert(not pcall(call0, o))
  local function deep(n) return n == 0 and 0 or 1 + object({ __call = function(_, m) return deep(m) end })(n - 1) end
  assert(deep(1000) == 1000)
end

-- Deep recursion through metamethods ends with an error, not with the C stack.
do
  local mt = {}
  mt.__add = function(a, b) return 1 + (a + b) end
  local ok, message = pcall(site("return a + b"), object(mt), 1)
  assert(not ok and message:find("stack overflow"))
end
