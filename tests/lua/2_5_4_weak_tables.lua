-- Manual 2.5.4: weak keys, weak values, ephemerons.
local function count(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end
local strong = {}
-- Weak values.
local wv = setmetatable({}, {__mode = "v"})
wv[1] = {} wv[2] = strong wv.x = {} wv.y = strong wv.s = "string" wv.n = 42 wv.big = 1 << 60 wv.b = true wv.f = print
wv.c = function() return strong end
collectgarbage()
assert(wv[1] == nil and wv[2] == strong and wv.x == nil and wv.y == strong and wv.s == "string" and wv.n == 42 and wv.big == 1 << 60 and wv.b and wv.f == print)
-- Weak keys.
local wk = setmetatable({}, {__mode = "k"})
wk[{}] = 1 wk[strong] = 2 wk.s = {} wk[1] = {} wk[1.5] = {} wk[true] = {} wk[print] = {}
for i = 1, 100 do wk[{}] = i end
collectgarbage()
assert(count(wk) == 6 and wk[strong] == 2 and wk.s and wk[1] and wk[1.5] and wk[true] and wk[print])
-- Ephemerons: a value that refers to its own key doesn't keep it.
local eph = setmetatable({}, {__mode = "k"})
for i = 1, 50 do local k = {} eph[k] = {k} end
do local k = {} eph[k] = function() return k end end
collectgarbage()
assert(count(eph) == 0)
-- Chains: key n's value holds key n + 1; alive as long as the first is.
local first = {}
local k = first
for i = 1, 200 do local nxt = {i} eph[k] = nxt k = nxt end
k = nil
collectgarbage()
assert(count(eph) == 200)
local at, n = first, 0
while eph[at] do at = eph[at] n = n + 1 assert(at[1] == n) end
assert(n == 200)
first, at = nil, nil
collectgarbage()
assert(count(eph) == 0)
-- Chains through several ephemeron tables, and in reverse order of insertion.
local e1, e2 = setmetatable({}, {__mode = "k"}), setmetatable({}, {__mode = "k"})
local start = {}
local keys = {start}
for i = 2, 100 do keys[i] = {} end
for i = 99, 1, -1 do (i % 2 == 0 and e1 or e2)[keys[i]] = keys[i + 1] end
keys = nil
collectgarbage()
assert(count(e1) + count(e2) == 99)
start = nil
collectgarbage()
assert(count(e1) + count(e2) == 0)
-- Both weak.
local both = setmetatable({}, {__mode = "kv"})
both[strong] = {} both[{}] = strong both[strong] = strong both[1] = {}
collectgarbage()
assert(count(both) == 1 and both[strong] == strong)
-- Strings are values, not objects, for weak tables.
local ws = setmetatable({}, {__mode = "kv"})
for i = 1, 100 do ws["key" .. i] = "value" .. i end
ws[("long"):rep(100)] = ("text"):rep(100)
collectgarbage()
assert(count(ws) == 101)
-- Resurrected objects: removed from weak values before, from weak keys after their finalizers.
local wvals, wkeys = setmetatable({}, {__mode = "v"}), setmetatable({}, {__mode = "k"})
local result
do
  local o = setmetatable({}, {__gc = function(o) result = {wvals[1], wkeys[o]} end})
  wvals[1] = o wkeys[o] = "still"
end
collectgarbage()
print(result[1], result[2])               --> nil	still
collectgarbage()
assert(count(wkeys) == 0)
-- A mode that changes, and a metatable that goes away.
local m = {__mode = "v"}
local x, y = {}, {}
local change = setmetatable({x, y}, m)
m.__mode = nil
x, y = nil, nil
collectgarbage()
assert(#change == 2)
m.__mode = "v"
collectgarbage()
assert(change[1] == nil)
x = {}
change[1] = x
setmetatable(change, nil)
x = nil
collectgarbage()
assert(change[1])
-- The usual cache, under load, in both modes.
for _, mode in ipairs {"incremental", "generational"} do
  collectgarbage(mode)
  local cache = setmetatable({}, {__mode = "v"})
  local function get(i) local v = cache[i] if not v then v = {i} cache[i] = v end return v end
  local kept = {}
  for i = 1, os.getenv("FERROUS_GC_STRESS") and 200 or 20000 do
    local v = get(i % 100)
    assert(v[1] == i % 100)
    if i % 100 < 10 then kept[i % 100] = v end
  end
  collectgarbage()
  local alive = 0
  for i, v in pairs(cache) do alive = alive + 1 assert(kept[i] == v) end
  assert(alive == 10)
end
collectgarbage("incremental")
-- Traversal while entries die.
local dying = setmetatable({}, {__mode = "k"})
for i = 1, 100 do dying[{}] = i end
local seen = 0
for key, v in pairs(dying) do seen = seen + 1 key = nil collectgarbage("step") end
assert(seen <= 100)
-- Weak array parts, and # of them.
local wa = setmetatable({}, {__mode = "v"})
for i = 1, 100 do wa[i] = i % 2 == 0 and strong or {} end
collectgarbage()
for i = 1, 100 do assert(wa[i] == (i % 2 == 0 and strong or nil)) end
-- Weak values reached by coroutines and upvalues stay.
local wc = setmetatable({}, {__mode = "v"})
local co = coroutine.wrap(function() local mine = {} wc[1] = mine coroutine.yield() return mine end)
co()
local up do local inner = {} wc[2] = inner up = function() return inner end end
collectgarbage()
assert(wc[1] and wc[2] == up())
co() co, up = nil, nil
collectgarbage()
assert(wc[1] == nil and wc[2] == nil)
