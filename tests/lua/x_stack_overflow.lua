-- Runaway recursion of every kind ends in an error, and the state works on.
--! timeout: 60
--! not: stress
local function expect(f, pattern, ...)
  local ok, m = pcall(f, ...)
  assert(not ok, "no error")
  m = tostring(m)
  assert(m:find(pattern or "overflow"), #m > 300 and m:sub(1, 100) .. "..." .. m:sub(-150) or m)
end
local function forever(n) return 1 + forever(n + 1) end
expect(forever, "stack overflow", 1)
print((select(2, pcall(forever, 1)):gsub("\n.*", ""):gsub("^.-:%d+: ", "")))   --> stack overflow
local function mutual_a(n) local x = mutual_b(n + 1) return x end
function mutual_b(n) local x = mutual_a(n + 1) return x end
_G.mutual_a = mutual_a
expect(mutual_a, "stack overflow", 1)
local function varargs(...) return 1 + varargs(1, ...) end
expect(varargs, "stack overflow")
-- In pcall, in a handler, in coroutines: each level catches its own.
local function in_pcall() return pcall(in_pcall) and in_pcall() end
local depth = 0
local function nested() depth = depth + 1 local ok, m = pcall(nested) if not ok then error(m, 0) end return ok end
pcall(nested)
assert(depth > 100)
local ok, m = xpcall(forever, function(m) return "handled: " .. m end, 1)
assert(not ok and m:find("stack overflow"))
ok, m = xpcall(forever, function(m) return forever(1) end, 1)
assert(not ok)
ok, m = xpcall(error, function(m) return error(m) end, "x")
assert(not ok)
local co = coroutine.create(forever)
ok, m = coroutine.resume(co, 1)
assert(not ok and m:find("stack overflow") and coroutine.status(co) == "dead")
expect(coroutine.wrap(function() return forever(1) end), "stack overflow")
local function chain() return coroutine.wrap(chain)() end
expect(chain, "overflow")
-- In metamethods.
local t = setmetatable({}, {})
local mt = getmetatable(t)
for _, name in ipairs {"__add", "__sub", "__concat", "__eq", "__lt", "__le", "__unm", "__len", "__call", "__index", "__newindex", "__tostring", "__band", "__idiv", "__close"} do
  local other = setmetatable({}, mt)
  local operations = {
    __add = function() return t + 1 end, __sub = function() return 1 - t end, __concat = function() return t .. "x" end, __eq = function() return t == other end,
    __lt = function() return t < other end, __le = function() return t <= other end, __unm = function() return -t end, __len = function() return #t end,
    __call = function() local r = t() return r end, __index = function() return t.x end, __newindex = function() t.x = 1 end, __tostring = function() return (tostring(t)) end,
    __band = function() return t & 1 end, __idiv = function() return t // 1 end, __close = function() do local c <close> = t end end,
  }
  local run = operations[name]
  mt[name] = function() local r = run() return r end
  expect(run, "overflow")
  mt[name] = nil
end
-- __index and __newindex chains that loop or are very long.
local a, b = {}, {}
setmetatable(a, {__index = b, __newindex = b}) setmetatable(b, {__index = a, __newindex = a})
print((select(2, pcall(function() return a.x end)):gsub("^.-:%d+: ", "")))       --> '__index' chain too long; possible loop
print((select(2, pcall(function() a.x = 1 end)):gsub("^.-:%d+: ", "")))          --> '__newindex' chain too long; possible loop
local self = setmetatable({}, {}) getmetatable(self).__index = self
print((select(2, pcall(function() return self.x end)):gsub("^.-:%d+: ", "")))    --> '__index' chain too long; possible loop
local long = {found = "at the end"}
for _ = 1, 1500 do long = setmetatable({}, {__index = long}) end
assert(long.found == "at the end" and long.missing == nil)
local callable = function(...) return select("#", ...) end
for _ = 1, 100 do callable = setmetatable({}, {__call = callable}) end
assert(callable() == 100)
-- In C functions that call back.
local function sorter() table.sort({3, 2, 1}, function(x, y) sorter() return x < y end) end
expect(sorter, "overflow")
local function subst() return (("x"):gsub("x", subst)) end
expect(subst, "overflow")
local function stringer() return tostring(setmetatable({}, {__tostring = stringer})) end
expect(stringer, "overflow")
local function loader() return load(loader) end
loader()
local function unpacker() return table.concat(setmetatable({}, {__len = function() return 1 end, __index = unpacker})) end
expect(unpacker, "overflow")
local function requirer(name) package.preload[name .. "x"] = requirer return require(name .. "x") end
expect(requirer, "", "m")
local function doer() return pcall(doer) end
doer()
local function closer() local c <close> = setmetatable({}, {__close = closer}) end
pcall(closer)
local function iterator() for _ in iterator do end end
expect(iterator, "overflow")
-- In the parser: nesting of every construct.
local function refuse(code)
  local f, m = load(code)
  assert(not f and (m:find("overflow") or m:find("limit") or m:find("too many")), m and #m > 300 and m:sub(-200) or m)
end
local N = 100000
refuse("return " .. ("("):rep(N) .. "1" .. (")"):rep(N))
refuse("return " .. ("{"):rep(N) .. ("}"):rep(N))
refuse(("do "):rep(N) .. ("end "):rep(N))
refuse(("while true do "):rep(N) .. ("end "):rep(N))
refuse(("if x then "):rep(N) .. ("end "):rep(N))
refuse(("repeat "):rep(N) .. ("until x "):rep(N))
refuse(("for i = 1, 2 do "):rep(N) .. ("end "):rep(N))
refuse("return " .. ("function() return "):rep(N) .. "1" .. (" end"):rep(N))
refuse("return " .. ("not "):rep(N) .. "1")
refuse("return " .. ("- "):rep(N) .. "1")
refuse("return " .. ("1 .. "):rep(N) .. "1")
refuse("return " .. ("2 ^ "):rep(N) .. "1")
refuse("local x = " .. ("a["):rep(N) .. "1" .. ("]"):rep(N))
refuse("f" .. ("("):rep(N))
refuse("x = " .. ("a("):rep(N) .. (")"):rep(N))
refuse(("a"):rep(1) .. (".b"):rep(0) .. (", a"):rep(N) .. " = 1")
refuse("local function f() " .. ("return function() "):rep(N))
-- Long but flat code is fine.
assert(load("local x = 0 " .. ("x = x + 1 "):rep(20000) .. "return x")() == 20000)
assert(load("return 1" .. (" + 1"):rep(20000))() == 20001)
assert(#load("return {" .. ("1, "):rep(50000) .. "}")() == 50000)
assert(load("local a = {} a" .. (".b"):rep(1) .. " = a return a" .. (".b"):rep(1000))())
-- And after all that:
local function fine(n) if n == 0 then return 0 end return 1 + fine(n - 1) end
assert(fine(15000) == 15000)
for i = 1, 3 do pcall(forever, 1) end
assert(fine(15000) == 15000)
collectgarbage()
print(fine(100))   --> 100
-- Protected calls, closings and message handlers nest as deep as the reference lets them, not deeper.
local d = 0
local function protected() d = d + 1 local ok, m = pcall(protected) if not ok then error(m, 0) end end
print(pcall(protected))   --> false	C stack overflow
assert(d > 150 and d < 200)
local function asserting() assert(pcall(asserting)) end
ok, m = xpcall(asserting, asserting)
print(ok, m)              --> false	error in error handling
local function looping() for _ in looping do end end
for _ = 1, 2 do print((select(2, pcall(looping)):gsub("^.-:%d+: ", ""))) end   --> stack overflow
                                                                               --> stack overflow
-- What a deep recursion took is given back: at once after an error, else when a collection ends.
local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
local function memory() collectgarbage() collectgarbage() return collectgarbage("count") end
local before = memory()
assert(not pcall(forever, 0))
assert(memory() < before + 1000)
assert(deep(150000) == 150000)
assert(memory() < before + 1000)
local thread = coroutine.wrap(function() deep(150000) coroutine.yield(memory()) end)
assert(thread() < before + 1000)
