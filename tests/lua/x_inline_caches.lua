-- Code sites that have settled on one kind of receiver and then meet others: whatever is cached
-- must notice. Every site runs often enough to specialise before the ground moves.
local WARM = 40
local function get(o) return o.x end
local function set(o, v) o.x = v end
local function call(o, ...) return o:m(...) end
local function geti(o, i) return o[i] end
local function seti(o, i, v) o[i] = v end
local function warm(f, ...) for _ = 1, WARM do f(...) end end

-- One site, many shapes: up to far more than any polymorphic cache holds.
local objects = {}
for i = 1, 100 do
  local o = {}
  for j = 1, i do o["k" .. j] = j end
  o.x = i
  objects[i] = o
end
for round = 1, 5 do for i, o in ipairs(objects) do assert(get(o) == i) set(o, i) assert(o.x == i) end end
for i, o in ipairs(objects) do set(o, -i) end
for i, o in ipairs(objects) do assert(get(o) == -i) end
-- The field vanishes and comes back, in the same table and in another of the same shape.
local a, b = {x = 1, y = 2}, {x = 10, y = 20}
warm(get, a)
a.x = nil
assert(get(a) == nil and get(b) == 10)
a.x = 3
assert(get(a) == 3 and a.y == 2)
set(a, nil) assert(get(a) == nil and a.y == 2)
set(a, 4) assert(get(a) == 4)
-- Deleted fields while others are added; then the table is traversed.
local d = {}
for i = 1, 30 do d["f" .. i] = i end
for i = 1, 30, 2 do d["f" .. i] = nil end
for i = 31, 40 do d["f" .. i] = i end
local n, sum = 0, 0
for k, v in pairs(d) do n = n + 1 sum = sum + v assert(k == "f" .. v) end
assert(n == 25 and sum == 240 + 355)

-- A class whose __index changes after it was cached, in every way.
local Class = {} Class.__index = Class
function Class.m(self, v) return "old", v end
Class.x = "class x"
local obj = setmetatable({own = 1}, Class)
warm(call, obj) warm(get, obj)
assert(call(obj, 1) == "old" and get(obj) == "class x")
function Class.m(self, v) return "new", v end
assert(call(obj, 1) == "new")
Class.x = "changed" assert(get(obj) == "changed")
Class.x = nil assert(get(obj) == nil)
Class.x = "again" assert(get(obj) == "again")
obj.x = "own x" assert(get(obj) == "own x")
obj.x = nil assert(get(obj) == "again")
rawset(Class, "x", "raw") assert(get(obj) == "raw")
local Other = {m = function() return "other" end, x = "other x"}
Class.__index = Other
assert(call(obj) == "other" and get(obj) == "other x")
Class.__index = function(_, k) return k == "m" and function() return "fn" end or k .. "!" end
assert(call(obj) == "fn" and get(obj) == "x!")
Class.__index = nil
assert(get(obj) == nil and not pcall(call, obj))
Class.__index = Class
assert(call(obj) == "new")
setmetatable(obj, {__index = Other}) assert(call(obj) == "other")
setmetatable(obj, nil) assert(get(obj) == nil and not pcall(call, obj))
obj.m = function() return "inst" end assert(call(obj) == "inst")
setmetatable(obj, Class) assert(call(obj) == "inst")
obj.m = nil assert(call(obj) == "new")

-- Inheritance chains: a field appears in the middle.
local Base = {} Base.__index = Base function Base:m() return "base" end
local Mid = setmetatable({}, Base) Mid.__index = Mid
local Leaf = setmetatable({}, Mid) Leaf.__index = Leaf
local leaf = setmetatable({}, Leaf)
warm(call, leaf) assert(call(leaf) == "base")
function Mid:m() return "mid" end assert(call(leaf) == "mid")
function Leaf:m() return "leaf" end assert(call(leaf) == "leaf")
Leaf.m = nil assert(call(leaf) == "mid")
Mid.m = nil assert(call(leaf) == "base")
setmetatable(Mid, {__index = {m = function() return "swapped" end}}) assert(call(leaf) == "swapped")
setmetatable(Mid, Base) assert(call(leaf) == "base")
Base.m = nil assert(not pcall(call, leaf))
Base.m = function() return "base2" end assert(call(leaf) == "base2")
for i = 1, 60 do Mid["filler" .. i] = i end assert(call(leaf) == "base2")
function Mid:m() return "mid2" end assert(call(leaf) == "mid2")
for i = 1, 60 do Mid["filler" .. i] = nil end assert(call(leaf) == "mid2")

-- __newindex appears, changes and goes.
local log = {}
local p = setmetatable({}, {})
for i = 1, WARM do set(p, i) p.x = nil end
getmetatable(p).__newindex = function(t, k, v) log[#log + 1] = v end
set(p, "seen") assert(p.x == nil and log[1] == "seen")
getmetatable(p).__newindex = log
set(p, "in log") assert(rawget(p, "x") == nil and log.x == "in log")
getmetatable(p).__newindex = nil
set(p, "own") assert(rawget(p, "x") == "own")
getmetatable(p).__newindex = function() error("not for existing fields") end
set(p, "again") assert(p.x == "again")
local q = setmetatable({}, {})
local r = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end})
for i = 1, WARM do set(q, 1) q.x = nil set(r, 1) assert(r.x == 2) r.x = nil end
-- Same shape, different metatables.
local m1, m2 = {__index = {x = 1}}, {__index = {x = 2}}
for i = 1, WARM do assert(get(setmetatable({}, m1)) == 1 and get(setmetatable({}, m2)) == 2) end
-- The same metatable on many objects whose fields differ.
for i = 1, WARM do local o = setmetatable({["u" .. i % 7] = i}, m1) assert(get(o) == 1) o.x = i assert(get(o) == i) end

-- Tables that become dictionaries and objects that shrink.
local dict = {x = "x"}
warm(get, dict)
for i = 1, 5000 do dict["key" .. i] = i end
assert(get(dict) == "x") set(dict, "y") assert(get(dict) == "y")
for i = 1, 5000 do dict["key" .. i] = nil end
assert(get(dict) == "y")
dict.x = nil assert(get(dict) == nil and next(dict) == nil)
set(dict, 1) assert(get(dict) == 1)
for i = 1, 100 do dict[i] = i dict[i + 0.5] = i dict[tostring(i)] = i end
assert(get(dict) == 1 and geti(dict, 50) == 50 and geti(dict, 50.5) == 50 and geti(dict, "50") == 50)

-- Index sites: array, hash, float, string and metamethod keys in turn.
local arr = {1, 2, 3}
warm(geti, arr, 2)
assert(geti(arr, 2.0) == 2 and geti(arr, 4) == nil and geti(arr, "2") == nil and geti(arr, -1) == nil and geti("abc", "len") == string.len)
seti(arr, 4, 4) seti(arr, 6, 6) seti(arr, "k", "v") seti(arr, 2^53, "big") seti(arr, 1, nil)
assert(#arr == 4 or #arr == 6 or #arr == 0)
assert(arr[4] == 4 and arr[6] == 6 and arr.k == "v" and arr[1 << 53] == "big" and arr[1] == nil)
setmetatable(arr, {__index = function(_, i) return "mm" .. tostring(i) end, __newindex = function(_, i, v) rawset(arr, i, {v}) end})
assert(geti(arr, 1) == "mm1" and geti(arr, 100) == "mm100" and geti(arr, 2) == 2)
seti(arr, 1, "v") assert(arr[1][1] == "v") seti(arr, 2, "plain") assert(arr[2] == "plain")
assert(not pcall(geti, nil, 1) and not pcall(seti, nil, 1, 1) and not pcall(geti, 5, 1) and not pcall(get, nil) and not pcall(set, 5, 1))

-- Globals: redefined, removed, made by metamethods, replaced functions of libraries.
function g1() return 1 end
local function use() return g1() end
for _ = 1, WARM do assert(use() == 1) end
function g1() return 2 end assert(use() == 2)
g1 = nil assert(not pcall(use))
setmetatable(_G, {__index = function(_, k) if k == "g1" then return function() return "mm" end end end})
assert(use() == "mm")
setmetatable(_G, nil) assert(not pcall(use))
_ENV["g1"] = function() return 3 end assert(use() == 3)
for i = 1, 300 do _G["fill" .. i] = i end assert(use() == 3)
for i = 1, 300 do _G["fill" .. i] = nil end assert(use() == 3)
local function root(v) return math.sqrt(v), math.floor(v), string.len("abc"), #tostring(v), (select("#", v, v)), type(v), rawequal(v, v) end
for _ = 1, WARM do root(16) end
local saved = {math.sqrt, math.floor, string.len, tostring, select, type, rawequal, math}
math.sqrt = function() return "my sqrt" end math.floor = function() return "my floor" end string.len = function() return "my len" end
tostring = function() return "long text" end select = function() return "sel" end type = function() return "ty" end rawequal = function() return "re" end
local r1, r2, r3, r4, r5, r6, r7 = root(16)
math = {sqrt = function() return "other math" end, floor = function() end}
local o1 = root(16)
math.sqrt, math.floor, string.len, tostring, select, type, rawequal, math = table.unpack(saved)
math.sqrt, math.floor = saved[1], saved[2]
assert(r1 == "my sqrt" and r2 == "my floor" and r3 == "my len" and r4 == 9 and r5 == "sel" and r6 == "ty" and r7 == "re" and o1 == "other math")
assert(root(16) == 4.0)
local ipairs_saved, next_saved = ipairs, next
local function loops(t) local s = 0 for _, v in ipairs(t) do s = s + v end for _, v in pairs(t) do s = s + v end for _, v in next, t do s = s + v end return s end
for _ = 1, WARM do assert(loops{1, 2, 3} == 18) end
ipairs = function() return function(_, c) if not c then return 1, 100 end end end
assert(loops{1, 2, 3} == 112)
ipairs = ipairs_saved
assert(loops{1, 2, 3} == 18 and loops(setmetatable({1}, {__index = {1, 2}, __pairs = function() return function(_, c) if not c then return 1, 7 end end end})) == 3 + 7 + 1)
local string_mt = getmetatable("")
local function up(s) return s:upper() end
for _ = 1, WARM do assert(up("a") == "A") end
string.upper, saved = function() return "patched" end, string.upper
assert(up("a") == "patched") string.upper = saved assert(up("a") == "A")
string_mt.__index = {upper = function() return "other" end} assert(up("a") == "other")
string_mt.__index = function(s, k) return function() return k .. s end end assert(up("a") == "uppera")
string_mt.__index = string assert(up("a") == "A")
assert(up({upper = function() return "table" end}) == "table" and up(setmetatable({}, {__index = {upper = function() return "class" end}})) == "class" and up("b") == "B")

-- Call sites: Lua functions, C functions, callables, different argument counts and results.
local function invoke(f, ...) return f(...) end
for round = 1, 3 do
  for _ = 1, WARM do assert(invoke(function(v) return v end, 1) == 1) end
  for _ = 1, WARM do assert(invoke(math.abs, -1) == 1) end
  for _ = 1, WARM do assert(invoke(setmetatable({}, {__call = function(_, v) return v end}), 2) == 2) end
  for _ = 1, WARM do assert(select("#", invoke(function() end)) == 0 and select("#", invoke(table.unpack, {1, 2, 3})) == 3) end
  assert(not pcall(invoke, nil) and not pcall(invoke, {}) and not pcall(invoke, "s"))
end
-- Metamethods that appear on operands of settled sites.
local function arith(x, y) return x + y end
local function compare(x, y) return x < y, x == y, x <= y end
local function join(x, y) return x .. y end
local function length(x) return #x end
local function negate(x) return -x end
for _ = 1, WARM do arith(1, 2) compare(1, 2) join("a", "b") length({}) negate(1) end
local full = setmetatable({}, {__add = function() return "+" end, __lt = function() return true end, __eq = function() return true end, __le = function() return false end, __concat = function() return ".." end, __len = function() return "#" end, __unm = function() return "-" end})
assert(arith(full, 1) == "+" and arith(1, full) == "+" and join(full, "x") == ".." and length(full) == "#" and negate(full) == "-")
local c1, c2, c3 = compare(full, setmetatable({}, getmetatable(full)))
assert(c1 == true and c2 == true and c3 == false)
assert(arith(1.5, 2) == 3.5 and arith("10", 5) == 15 and arith(math.maxinteger, 1) == math.mininteger and length("abc") == 3 and join(1, 2) == "12" and negate("2") == -2)
for _, args in ipairs{{1, 2.5}, {2.5, 1}, {"a", "b"}, {1 << 60, 1 << 61}, {1 << 60, 2.0^61}, {-0.0, 1}} do assert(compare(args[1], args[2]) == (args[1] < args[2])) end
-- Conditions on settled sites.
local function choose(v) if v then return "yes" else return "no" end end
for _ = 1, WARM do choose(true) end
assert(choose(nil) == "no" and choose(false) == "no" and choose(0) == "yes" and choose("") == "yes" and choose({}) == "yes")

-- Shapes, metatables, closures and prototypes that die and whose memory is used again between
-- hits: a cache that compares addresses of the dead would answer for the wrong ones.
local rounds = os.getenv("FERROUS_GC_STRESS") and 5 or 60
for round = 1, rounds do
  for variant = 1, 4 do
    local o, class
    if variant == 1 then o = {pad = 0, x = variant}
    elseif variant == 2 then o = {x = variant, pad = 0}
    elseif variant == 3 then class = {__index = {x = variant, m = function() return variant end}} o = setmetatable({}, class)
    else class = {} class.__index = class class.pad = 1 class.x = variant class.m = function() return variant end o = setmetatable({}, class) end
    for _ = 1, 5 do assert(get(o) == variant) end
    if class then for _ = 1, 5 do assert(call(o) == variant) end end
    o, class = nil, nil
    collectgarbage()
    local filler = {}
    for i = 1, 20 do filler[i] = {["r" .. round .. i] = i, x = i} end
    for i = 1, 20 do assert(get(filler[i]) == i) end
  end
  local f = load("local o = ... return o.x, o.y" .. round)
  assert(f{x = round, ["y" .. round] = -round} == round and select(2, f{["y" .. round] = 5, x = 1}) == 5)
  f = nil
  local made = {}
  for i = 1, 10 do made[i] = function(v) return v + i end end
  for i = 1, 10 do assert(invoke(made[i], 1) == i + 1) end
  made = nil
  collectgarbage("step")
end
