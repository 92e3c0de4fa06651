-- Tables as lists, queues and sparse maps; traversal while changing; special keys.
local stress = os.getenv("FERROUS_GC_STRESS")
local N = stress and 300 or 20000
-- Filled backwards, from the middle, in random order, in steps; read back and measured.
local function check(order)
  local t = {}
  for _, i in ipairs(order) do t[i] = i end
  for _, i in ipairs(order) do assert(t[i] == i) end
  assert(#t == #order)
  local n = 0
  for k, v in pairs(t) do n = n + 1 assert(k == v) end
  assert(n == #order and t[0] == nil and t[#order + 1] == nil)
  for i, v in ipairs(t) do assert(i == v) n = n - 1 end
  assert(n == 0)
end
local orders = {{}, {}, {}, {}}
for i = 1, N do orders[1][i] = N + 1 - i orders[2][i] = (i + N // 2 - 1) % N + 1 end
for s = 1, 7 do for i = s, N, 7 do table.insert(orders[3], i) end end
for i = 1, N do orders[4][i] = i end
local seed = 7
for i = N, 2, -1 do seed = (seed * 1103515245 + 12345) & 0x7fffffff local j = (seed >> 8) % i + 1 orders[4][i], orders[4][j] = orders[4][j], orders[4][i] end
for _, order in ipairs(orders) do check(order) end
-- Stack, queue, deque.
local s = {}
for i = 1, N do s[#s + 1] = i end
for i = N, 1, -1 do assert(s[#s] == i) s[#s] = nil end
assert(#s == 0 and next(s) == nil)
local q, head, tail = {}, 1, 0
for i = 1, N do tail = tail + 1 q[tail] = i if i > 10 then assert(q[head] == i - 10) q[head] = nil head = head + 1 end end
local left = 0
for _ in pairs(q) do left = left + 1 end
assert(left == 10)
local dq, lo, hi = {}, 0, 1
for i = 1, N // 10 do hi = hi + 1 dq[hi] = i dq[lo] = -i lo = lo - 1 end
for i = N // 10, 1, -1 do assert(dq[hi] == i) dq[hi] = nil hi = hi - 1 lo = lo + 1 assert(dq[lo] == -i) dq[lo] = nil end
assert(next(dq) == nil)
-- Sparse and huge indexes cost nothing.
local sparse = {}
for e = 0, 62 do sparse[1 << e] = e sparse[-(1 << e)] = -e end
for e = 0, 62 do assert(sparse[1 << e] == e and sparse[-(1 << e)] == -e) end
sparse[math.maxinteger] = "max" sparse[math.mininteger] = "min"
assert(sparse[math.maxinteger] == "max" and sparse[math.mininteger] == "min" and sparse[math.maxinteger - 1] == nil)
collectgarbage()
local before = collectgarbage("count")
local wide = {}
for i = 1, 100 do wide[i * 1000000] = i end
assert(collectgarbage("count") - before < 200)
-- Special keys.
local k = {}
k[-0.0] = "zero"
assert(k[0] == "zero" and k[0.0] == "zero" and k[-0.0] == "zero" and math.type(next(k)) == "integer")
k[1e300] = 1 k[-1e300] = 2 k[math.huge] = 3 k[-math.huge] = 4 k[2^63] = 5 k[-2^63] = 6 k[5e-324] = 7 k[0.1] = 8
assert(k[math.huge] == 3 and k[-math.huge] == 4 and k[2^63] == 5 and k[math.mininteger] == 6 and k[5e-324] == 7 and k[1 / 10] == 8 and k[0/0] == nil)
assert(not pcall(rawset, k, 0/0, 1) and not pcall(function() k[0/0] = 1 end) and not pcall(function() k[nil] = nil end) == true)
local nan = 0/0
assert(not pcall(function() k[nan] = nil end) and k[nan] == nil and rawget(k, nan) == nil)
for _, key in ipairs {true, false, print, io.stdout, coroutine.create(print), {}, "", "0", 0.5} do k[key] = key assert(k[key] == key) k[key] = nil assert(k[key] == nil) end
-- next: order is stable, deletion while traversing is allowed, assignment to existing fields too.
local t = {}
for i = 1, N // 10 do t[i] = i t["s" .. i] = i t[i + 0.5] = i end
local seen = {}
for key, v in pairs(t) do seen[key] = v t[key] = nil end
local count = 0
for _ in pairs(seen) do count = count + 1 end
assert(count == N // 10 * 3 and next(t) == nil)
for i = 1, N // 10 do t[i] = i t["s" .. i] = i end
count = 0
for key, v in pairs(t) do t[key] = v + 1 count = count + 1 end
assert(count == N // 10 * 2)
for key, v in pairs(t) do assert(v == (type(key) == "number" and key or tonumber(key:sub(2))) + 1) end
for key in pairs(t) do if type(key) == "string" then t[key] = nil end collectgarbage("step") end
count = 0
for key in next, t do count = count + 1 assert(type(key) == "number") end
assert(count == N // 10)
-- Two traversals of one table at once, and a traversal resumed by hand.
local pairs_seen = 0
for a in pairs{x = 1, y = 2, 3} do for b in pairs{x = 1, y = 2, 3} do pairs_seen = pairs_seen + 1 end end
assert(pairs_seen == 9)
local small = {10, 20, 30, x = 1, y = 2}
local key, walked = nil, 0
repeat key = next(small, key) walked = walked + 1 until key == nil
assert(walked == 6)
small.x = nil
assert(next(small, "x") ~= "x")      -- a key that was just cleared is still a place to go on from
print(pcall(next, small, "never"))  --> false	invalid key to 'next'
-- Length with trailing nils, after removal, after table.remove and with unpack.
for n = 0, 70 do
  local u = {}
  for i = 1, n do u[i] = true end
  for i = n, 1, -1 do assert(#u == i) u[i] = nil end
  u = table.pack(table.unpack({}, 1, n))
  assert(u.n == n and #u == 0)
end
for n = 1, 40 do
  for hole = 1, n do
    local u = {}
    for i = 1, n do u[i] = i end
    u[hole] = nil
    local b = #u
    assert((b == 0 or u[b] ~= nil) and u[b + 1] == nil)
    u[hole] = hole
    assert(#u == n)
  end
end
-- Array parts that move to hashes and back.
for round = 1, 3 do
  local m = {}
  for i = 1, 100 do m[i * 2] = i end
  for i = 1, 100 do m[i * 2 - 1] = -i end
  assert(#m == 200)
  for i = 1, 200, 2 do m[i] = nil end
  for i = 1, 100 do assert(m[i * 2] == i and m[i * 2 - 1] == nil) end
  for i = 1, 200 do m[i] = i end
  assert(#m == 200)
  for i = 1, 199 do m[i] = nil end
  assert(m[200] == 200)
  for i = 1, 199 do m[i] = i end
  assert(#m == 200)
end
-- Time grows with the number of elements, not with its square.
if not stress then
  local function cost(n)
    local c = os.clock()
    local t = {}
    for i = n, 1, -1 do t[i] = i end
    for i = 1, n do t["k" .. i] = i end
    for i = 1, n do t["k" .. i] = nil t[i] = nil end
    for i = 1, n do t[i] = i end
    for i = 1, n do t[#t] = nil end
    return os.clock() - c
  end
  cost(1000)
  local slow = cost(200000)
  assert(slow < 20, slow)
end
