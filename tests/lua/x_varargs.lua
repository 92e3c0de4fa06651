-- Argument lists: many values, limits, adjustment under pressure.
local unpack, select = table.unpack, select
local stress = os.getenv("FERROUS_GC_STRESS")
local function count(...) return select("#", ...) end
local function last(...) return (select(-1, ...)) end
local function pass(...) return ... end
for _, n in ipairs {0, 1, 49, 50, 51, 249, 250, 251, 253, 254, 255, 256, 257, 1000, 10000, 100000, 250000} do
  if stress and n > 300 then break end
  local t = {}
  for i = 1, n do t[i] = i end
  assert(count(unpack(t)) == n)
  if n > 0 then assert(last(unpack(t)) == n and (unpack(t)) == 1) end
  assert(count(pass(unpack(t))) == n and count(0, pass(unpack(t))) == n + 1 and count(pass(unpack(t)), 0) == 2)
  local back = {pass(unpack(t))}
  assert(#back == n and back[n] == t[n])
  local packed = table.pack(unpack(t, 1, n))
  assert(packed.n == n)
  if n > 0 then
    assert(select(n, unpack(t)) == n and math.max(unpack(t)) == n and #table.concat({unpack(t)}) > 0)
    local ok, first = pcall(pass, unpack(t))
    assert(ok and first == 1)
    local co = coroutine.wrap(function(...) local k = count(...) k = k + count(coroutine.yield(...)) return k end)
    assert(count(co(unpack(t))) == n and co(unpack(t)) == 2 * n)
    assert(#string.char(unpack(t, 1, math.min(n, 255))) == math.min(n, 255))
  end
end
-- Too many: errors, then everything still works.
print(pcall(unpack, {}, 1, 1 << 24))             --> false	too many results to unpack
print(pcall(unpack, {}, 1, math.maxinteger))     --> false	too many results to unpack
print(pcall(unpack, {}, math.mininteger, 0))     --> false	too many results to unpack
local big = {}
for i = 1, stress and 20000 or 400000 do big[i] = i end
local ok, m = pcall(function() return pass(unpack(big)), count(unpack(big)) end)
assert(ok or tostring(m):find("stack overflow") or tostring(m):find("too many results"))
local function grow(...) local r = grow(...) return r end
ok, m = pcall(function() return grow(unpack(big, 1, 20000)) end)
assert(not ok and tostring(m):find("overflow"))
print(pcall(string.char, unpack({}, 1, 300)))    -->~ false	.*number expected, got nil.*
-- A function with the most parameters, and with none, called with few and many.
local names = {}
for i = 1, 200 do names[i] = "p" .. i end
local f = load("return function(" .. table.concat(names, ",") .. ") return p1, p100, p200 end")()
print(f(1))                                      --> 1	nil	nil
print(f(unpack(big, 1, 500)))                    --> 1	100	200
local g = load("return function(" .. table.concat(names, ",", 1, 199) .. ", ...) return p199, ... end")()
print(g(unpack(big, 1, 202)))                    --> 199	200	201	202
print((g(1)))                                    --> nil
-- Varargs kept by frames below: recursion with lists of different lengths.
local function rec(n, ...) if n == 0 then return select("#", ...) end local r = rec(n - 1, n, ...) assert(select("#", ...) == 0 or (...) == n + 1) return r end
assert(rec(200) == 200)
-- Stack moves while varargs, open upvalues and pending results are alive.
local function deep(n, ...) local a, b = ... local function up() a = a + 1 return a end if n > 0 then local r = deep(n - 1, ...) assert(up() == 2) return r + (b or 0) end return up() end
assert(deep(5000, 1, 1) == 5002)
local function mover(...) local x, y = 1, {} local function set(v) x = v end local list = {...} set(count(unpack(big, 1, 100000))) assert(x == 100000) return #list, x, ... end
print(mover("a", "b"))                           --> 2	100000	a	b
-- select with negative and float indexes, nils at the ends.
print(select("#", nil, nil), select(2, nil, 2, nil), select(-2, 1, nil, nil))   --> 2	2	nil	nil
print((select("#", pass(nil, nil, nil))))        --> 3
-- Results adjusted in every consumer.
local function three() return 1, 2, 3 end
local a, b, c, d = three(), three()
print(a, b, c, d)                                --> 1	1	2	3
local t = {three(), three(), n = three()}
print(#t, t.n)                                   --> 2	1
print((three()), (pass()))                       --> 1	nil
print(pcall(pass, three()))                      --> true	1	2	3
print(three() == 1, three() .. "", -three())      --> true	1	-1
for i, v in pass(next, {5}, nil) do print(i, v) end   --> 1	5
