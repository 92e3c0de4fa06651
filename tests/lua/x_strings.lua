-- Strings: huge requests, keys of every length, embedded zeros, identity, hashing.
--! timeout: 120
local stress = os.getenv("FERROUS_GC_STRESS")
-- A gigabyte at a time works or fails with an error; it never crashes. Nothing keeps the memory.
local function attempt(f) local ok, v = pcall(f) collectgarbage() return ok and #v or tostring(v):gsub("^.-:%d+: ", "") end
if not stress then
  local GB = 1 << 30
  local r = attempt(function() return ("x"):rep(1 << 10):rep(1 << 20) end)
  assert(r == GB or r == "not enough memory")
end
print(attempt(function() return ("x"):rep(math.maxinteger) end))               --> resulting string too large
print(attempt(function() return ("abc"):rep(math.maxinteger // 2, ",") end))   --> resulting string too large
print(attempt(function() return ("x"):rep(1 << 46) end))                        --> resulting string too large
print(#select(2, pcall(string.rep, "x", -1)))                                              --> 0
print(#("x"):rep(0), #(""):rep(1 << 20), #("x"):rep(1 << 20))                   --> 0	0	1048576
-- Keys of every length from nothing to beyond the interned ones, made in three ways.
local t = {}
for n = 0, 300 do t[("k"):rep(n)] = n end
for n = 0, 300 do
  assert(t[("k"):rep(n)] == n)
  assert(t[table.concat({("k"):rep(n // 2), ("k"):rep(n - n // 2)})] == n)
  assert(t[("xk" .. ("k"):rep(n)):sub(3)] == n)
end
local count = 0
for k, v in pairs(t) do count = count + 1 assert(#k == v) end
assert(count == 301)
for n = 0, 300, 2 do t[("k"):rep(n)] = nil end
for n = 0, 300 do assert(t[("k"):rep(n)] == (n % 2 == 1 and n or nil)) end
-- Keys that differ only in one place: at the start, middle, end; only in a zero byte; only in length.
local keys = {}
for n = 1, 120, 7 do
  for i = 1, n, 3 do for _, c in ipairs {"a", "b", "\0", "\255"} do local s = ("-"):rep(i - 1) .. c .. ("-"):rep(n - i) keys[s] = s end end
  keys[("-"):rep(n)] = ("-"):rep(n)
end
for k, v in pairs(keys) do assert(k == v and keys[v] == k) end
assert(("a\0b") ~= ("a\0c") and ({["a\0b"] = 1})["a\0c"] == nil and ("\0"):rep(50) ~= ("\0"):rep(51))
-- Many strings alive, most die, the rest are found again.
local alive = {}
for i = 1, stress and 200 or 50000 do local s = "str" .. i if i % 50 == 0 then alive[s] = i end end
collectgarbage()
for i = 50, stress and 200 or 50000, 50 do assert(alive["str" .. i] == i) end
-- Resurrection of an interned string between its death and its sweep.
for round = 1, 50 do
  local s = "temp" .. round
  s = nil
  collectgarbage("step")
  s = "temp" .. round
  assert(#s == #"temp" + #tostring(round) and ({[s] = 1})["temp" .. round] == 1)
end
-- Chosen collisions: strings with long common parts must not make a table slow.
if not stress then
  local clock = os.clock()
  local c = {}
  for i = 1, 20000 do c[("p"):rep(200) .. i .. ("q"):rep(200)] = i end
  for i = 1, 20000 do assert(c[("p"):rep(200) .. i .. ("q"):rep(200)] == i) end
  assert(os.clock() - clock < 30)
end
-- Building: repeated concatenation, table.concat, buffers in gsub, format and rep.
local s = ""
for i = 1, 2000 do s = s .. string.char(i % 256) end
assert(#s == 2000 and s:byte(1000) == 1000 % 256)
local parts = {}
for i = 1, 10000 do parts[i] = i end
assert(#table.concat(parts, ",") == 9 + 180 + 2700 + 36000 + 5 + 9999)
assert(#("x"):rep(1000):gsub("x", ("y"):rep(100)) == 100000 and #("%s%s"):format(("a"):rep(1000), ("b"):rep(100000)) == 101000)
assert(("x"):rep(70000):upper():lower():reverse():sub(2, -2):len() == 69998)
-- Comparison of long strings with equal contents in different memory.
local a, b = ("z"):rep(100000), ("z"):rep(50000) .. ("z"):rep(50000)
assert(a == b and not (a < b) and a <= b and a .. "a" > b and rawequal(a, b) and ({[a] = 1})[b] == 1)
-- tostring and tonumber of what a program may meet.
for i = -1000, 1000, 37 do assert(tostring(i) == ("%d"):format(i) and tonumber(tostring(i)) == i and tostring(i + 0.5) == ("%.14g"):format(i + 0.5)) end
