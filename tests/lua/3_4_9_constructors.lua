-- Manual 3.4.9: table constructors.
local function f() return 1, 2, 3 end
local t = {[f()] = "g"; "x", "y"; x = 1, f(), [30] = 23; 45}
print(t[1], t[2], t[3], t[4], t.x, t[30], #t)         --> x	y	1	45	1	23	4
t = {f(), f()}
print(#t, t[1], t[2], t[4])                           --> 4	1	1	3
t = {f(), (f())}
print(#t)                                             --> 2
t = {f(), nil}
assert(t[1] == 1 and t[2] == nil)
assert(#{...} == 0 and #{f(), ...} == 1)
local function pack(...) return {...}, {n = select("#", ...), ...}, {..., "last"} end
local a, b, c = pack(1, nil, 3)
assert(a[1] == 1 and a[3] == 3 and b.n == 3 and c[1] == 1 and c[2] == "last" and c[3] == nil)
assert(next{} == nil and not load("return {;}"))
assert(load("return {1, 2, 3,}") and load("return {1; 2; 3;}") and not load("return {,}") and not load("return {1,,2}"))
-- Later fields override; evaluation order of duplicates.
local d = {x = 1, x = 2, [1] = "a", "b"}
assert(d.x == 2 and (d[1] == "b" or d[1] == "a"))
-- Sizes around the batches that a constructor stores at once.
for _, n in ipairs {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 49, 50, 51, 63, 64, 65, 99, 100, 101, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1000, 5000} do
  local items = {}
  for i = 1, n do items[i] = tostring(i * 3) end
  local list = load("return {" .. table.concat(items, ",") .. "}")()
  assert(#list == n)
  for i = 1, n do assert(list[i] == i * 3) end
  local withcall = load("local f = ... return {" .. table.concat(items, ",") .. (n > 0 and "," or "") .. " f()}")(f)
  assert(#withcall == n + 3 and withcall[n + 1] == 1 and withcall[n + 3] == 3)
  for i = 1, n do items[i] = "k" .. i .. " = " .. i end
  local record = load("return {" .. table.concat(items, ",") .. "}")()
  local count = 0
  for k, v in pairs(record) do count = count + 1 assert(k == "k" .. v) end
  assert(count == n)
  for i = 1, n do items[i] = "[" .. i .. "] = " .. -i end
  local indexed = load("return {" .. table.concat(items, ",") .. "}")()
  for i = 1, n do assert(indexed[i] == -i) end
  assert(#indexed == n)
end
-- Key and value expressions of every kind.
local k = "key"
local nested = {{1, {2, {3}}}, [k] = {[k] = {[k] = "deep"}}, [1.0] = nil, [2.5] = "f", [true] = "t", [-1] = "neg", [f] = "fun"}
assert(nested[1][2][2][1] == 3 and nested.key.key.key == "deep" and nested[2.5] == "f" and nested[true] == "t" and nested[-1] == "neg" and nested[f] == "fun")
print(pcall(load"return {[nil] = 1}"))                --> false	[string "return {[nil] = 1}"]:1: table index is nil
print(pcall(load"return {[0/0] = 1}"))                --> false	[string "return {[0/0] = 1}"]:1: table index is NaN
-- Each evaluation gives a new table, also when the site is hot and the tables change shape.
local made = {}
for i = 1, 200 do
  local p = {x = i, y = -i}
  if i % 3 == 0 then p.z = i end
  if i % 5 == 0 then p.x = nil end
  p[1] = i
  made[i] = p
end
for i, p in ipairs(made) do
  assert(p.y == -i and p[1] == i and p.x == (i % 5 ~= 0 and i or nil) and p.z == (i % 3 == 0 and i or nil))
end
-- Nil values in records.
local r = {a = nil, b = 1, c = nil}
local keys = 0
for _ in pairs(r) do keys = keys + 1 end
assert(keys == 1 and r.a == nil)
r.a = 5
assert(r.a == 5 and r.b == 1)

-- Lists that are stored in several pieces, with nils anywhere.
do
  local function list(n, is_nil)
    local items = {}
    for i = 1, n do items[i] = is_nil(i) and "nil" or tostring(i) end
    return load("return {" .. table.concat(items, ",") .. "}")()
  end
  for _, n in ipairs{1, 3, 4, 49, 50, 51, 100, 101, 257, 1000} do
    for _, is_nil in ipairs{function() return false end, function(i) return i % 7 == 0 end,
                            function(i) return i < n end, function(i) return i > n // 2 and i < n end} do
      local t = list(n, is_nil)
      local last = is_nil(n) and n - 1 or n
      assert(#t == last and select("#", table.unpack(t, 1, n)) == n)
      for i = 1, n do assert(t[i] == (not is_nil(i) and i or nil)) end
      local count = 0
      for k, v in pairs(t) do
        assert(k == v and not is_nil(k))
        count = count + 1
      end
      t[#t + 1] = "next"
      assert(t[last + 1] == "next")
    end
  end
  assert(#{table.unpack({}, 1, 200)} == 0 and next({table.unpack({}, 1, 200)}) == nil)
  local t = {[60] = "a", [3] = "b", 1, 2, 3, 4, table.unpack({5, 6, 7}, 1, 100)}
  assert(t[60] == nil and t[3] == 3 and t[7] == 7 and t[8] == nil)
end
