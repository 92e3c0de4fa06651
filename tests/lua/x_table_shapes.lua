-- Tables with very many keys, shapes and metatables: no explosion, no wrong answers.
local stress = os.getenv("FERROUS_GC_STRESS")
local N = stress and 300 or 100000
-- 100 000 distinct keys in one table.
local big = {}
for i = 1, N do big["key" .. i] = i end
for i = 1, N do assert(big["key" .. i] == i) end
local n = 0
for k, v in pairs(big) do n = n + 1 end
assert(n == N)
for i = 1, N, 2 do big["key" .. i] = nil end
n = 0
for k, v in pairs(big) do n = n + 1 assert(v % 2 == 0) end
assert(n == N // 2)
-- 100 000 tables with a key of their own, and with two.
local each = {}
for i = 1, N do each[i] = {["own" .. i] = i} end
for i = 1, N do assert(each[i]["own" .. i] == i and each[i].other == nil) end
for i = 1, N do each[i] = {common = 1, ["own" .. i] = i, last = 2} end
for i = 1, N do local t = each[i] assert(t.common == 1 and t["own" .. i] == i and t.last == 2) end
each = nil
-- The same keys in every order: shapes multiply.
local function permute(keys, k, visit) if k == 0 then visit(keys) return end for i = 1, k do keys[k], keys[i] = keys[i], keys[k] permute(keys, k - 1, visit) keys[k], keys[i] = keys[i], keys[k] end end
local count = 0
permute({"a", "b", "c", "d", "e", stress and "f" or "f", not stress and "g" or nil}, stress and 5 or 7, function(keys)
  local t = {}
  for i, k in ipairs(keys) do t[k] = i end
  for i, k in ipairs(keys) do assert(t[k] == i) end
  count = count + 1
end)
assert(count == (stress and 120 or 5040))
-- Random subsets of keys, added and removed at random, against a model in two lists.
local seed = 12345
local function random(m) seed = (seed * 1103515245 + 12345) & 0x7fffffff return (seed >> 8) % m + 1 end
for round = 1, stress and 5 or 200 do
  local t, model, present = {}, {}, 0
  for step = 1, stress and 50 or 300 do
    local kind = random(4)
    local key = kind == 1 and "s" .. random(40) or kind == 2 and random(40) or kind == 3 and random(40) + 0.5 or -random(20)
    local slot
    for i = 1, #model, 2 do if model[i] == key then slot = i end end
    if random(3) == 1 then
      t[key] = nil
      if slot then table.remove(model, slot) table.remove(model, slot) end
    else
      t[key] = step
      if slot then model[slot + 1] = step else model[#model + 1] = key model[#model + 1] = step end
    end
  end
  for i = 1, #model, 2 do assert(t[model[i]] == model[i + 1]) end
  local seen = 0
  for k, v in pairs(t) do seen = seen + 1 local found for i = 1, #model, 2 do if model[i] == k then found = model[i + 1] == v end end assert(found) end
  assert(seen == #model // 2)
end
-- Many metatables over one shape, and one metatable over many shapes.
local objects = {}
for i = 1, N // 10 do objects[i] = setmetatable({x = i}, {__index = {y = -i}}) end
for i = 1, N // 10 do local o = objects[i] assert(o.x == i and o.y == -i and o.z == nil) end
for i = 1, N // 10 do setmetatable(objects[i], {__index = {y = i}}) end
for i = 1, N // 10 do assert(objects[i].y == i) end
local one = {__index = {y = "shared"}}
for i = 1, N // 10 do objects[i] = setmetatable({["p" .. i] = i}, one) end
for i = 1, N // 10 do assert(objects[i].y == "shared" and objects[i]["p" .. i] == i) end
-- A counter of words: few hits for each key, values replaced all the time.
local counts = {}
for i = 1, N do local w = "w" .. i * i % 1009 counts[w] = (counts[w] or 0) + 1 end
local total = 0
for _, c in pairs(counts) do total = total + c end
assert(total == N)
-- Keys made, used once and dropped: the table must not grow for ever.
collectgarbage()
local before = collectgarbage("count")
local churn = {}
for i = 1, N * 2 do churn["temp" .. i] = true churn["temp" .. i - 3] = nil end
for i = 1, N * 2 do local t = {} t["once" .. i] = i end
n = 0
for _ in pairs(churn) do n = n + 1 end
assert(n == 3)
churn = nil
collectgarbage() collectgarbage()
assert(collectgarbage("count") < before + 4096, collectgarbage("count") - before)
-- Records wider than any inline storage, constructed and grown; copied by pairs.
for _, width in ipairs {1, 3, 4, 5, 8, 16, 17, 32, 33, 64, 65, 100, 128, 129, 200, 255, 256, 257, 300} do
  local t, src = {}, {}
  for i = 1, width do t["f" .. i] = i src[i] = "f" .. i .. "=" .. i end
  local c = load("return {" .. table.concat(src, ",") .. "}")()
  local copy = {}
  for k, v in pairs(t) do copy[k] = v assert(c[k] == v) end
  for k, v in pairs(c) do assert(t[k] == v and copy[k] == v) end
  for i = 1, width do t["f" .. i] = nil end
  assert(next(t) == nil)
  for i = width, 1, -1 do t["f" .. i] = -i end
  for i = 1, width do assert(t["f" .. i] == -i) end
end
-- Mixed growth: list part and fields in one object.
local mixed = {}
for i = 1, 500 do mixed[i] = i mixed["m" .. i] = -i mixed[-i] = i mixed[i + 0.25] = i end
for i = 1, 500 do assert(mixed[i] == i and mixed["m" .. i] == -i and mixed[-i] == i and mixed[i + 0.25] == i) end
assert(#mixed == 500)
