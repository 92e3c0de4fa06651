-- Manual 6.6: table.
local concat, insert, move, pack, remove, sort, unpack = table.concat, table.insert, table.move, table.pack, table.remove, table.sort, table.unpack
-- concat
print(concat{}, concat{1}, concat({1, 2, 3}, ", "), concat({1, 2, 3}, "-", 2), concat({1, 2, 3}, "-", 2, 2), concat({1, 2, 3}, "-", 3, 2), concat({1.5, "x", 2^53}, ""))   --> 	1	1, 2, 3	2-3	2		1.5x9.007199254741e+15
print(pcall(concat, {1, {}, 3}))         --> false	invalid value (table) at index 2 in table for 'concat'
print(pcall(concat, {1, 2}, "", 1, 3))   --> false	invalid value (nil) at index 3 in table for 'concat'
print(pcall(concat, {nil, 2}, "", 1, 2)) --> false	invalid value (nil) at index 1 in table for 'concat'
print(pcall(concat, 1))                  --> false	bad argument #1 to 'table.concat' (table expected, got number)
print(concat({[math.maxinteger] = "m"}, "-", math.maxinteger, math.maxinteger), concat({[0] = "z", "a"}, ",", 0))   --> m	z,a
-- insert and remove
local t = {}
insert(t, "b") insert(t, 1, "a") insert(t, 3, "c") insert(t, 2, "x")
print(concat(t, " "), remove(t, 2), concat(t, " "), remove(t), concat(t, " "))   --> a x b c	x	a b c	c	a b
print(remove{}, select("#", remove{}), remove({}, 0), remove({[0] = "zero"}, 0), remove({1, 2}, 3), #t)   --> nil	1	nil	zero	nil	2
print(pcall(insert, {1, 2, 3}, 5, 1))    --> false	bad argument #2 to 'table.insert' (position out of bounds)
print(pcall(insert, {1, 2, 3}, 0, 1))    --> false	bad argument #2 to 'table.insert' (position out of bounds)
print(pcall(insert, {}, 1, 2, 3))        --> false	wrong number of arguments to 'insert'
print(pcall(insert, {}))                 --> false	wrong number of arguments to 'insert'
print(pcall(insert, nil, 1))             --> false	bad argument #1 to 'table.insert' (table expected, got nil)
print(pcall(insert, {}, "x", 1))         --> false	bad argument #2 to 'table.insert' (number expected, got string)
print(pcall(remove, {1, 2, 3}, 5))       -->~ false	bad argument #[12] to 'table.remove' \(position out of bounds\)
print(pcall(remove, {1, 2, 3}, -1))      -->~ false	bad argument #[12] to 'table.remove' \(position out of bounds\)
print(pcall(remove, {}, 2))              -->~ false	bad argument #[12] to 'table.remove' \(position out of bounds\)
local big = {}
for i = 1, 1000 do insert(big, i) end
for i = 1, 500 do insert(big, 1, -i) end
for i = 1, 500 do assert(big[i] == -501 + i and big[500 + i] == i) end
for i = 1, 500 do assert(remove(big, 1) == -501 + i) end
for i = 1000, 1, -1 do assert(remove(big) == i) end
assert(#big == 0 and next(big) == nil)
-- move
local function m(...) return concat(move(...), ",") end
print(m({1, 2, 3}, 1, 3, 2), m({1, 2, 3}, 2, 3, 1), m({1, 2, 3}, 1, 3, 1, {}), m({1, 2, 3}, 2, 1, 5), m({1, 2, 3}, 1, 0, 10, {"same"}))   --> 1,1,2,3	2,3,3	1,2,3	1,2,3	same
print(pcall(move, {}, 1, math.maxinteger, 2))                    --> false	bad argument #4 to 'table.move' (destination wrap around)
print(pcall(move, {}, -1, math.maxinteger, 2))                   --> false	bad argument #3 to 'table.move' (too many elements to move)
print(pcall(move, {}, 1, 2))                                     --> false	bad argument #4 to 'table.move' (number expected, got no value)
print(pcall(move, 1, 1, 2, 3))                                   --> false	bad argument #1 to 'table.move' (table expected, got number)
local far = move({10, 20}, 1, 2, math.maxinteger - 1, {})
print(far[math.maxinteger - 1], far[math.maxinteger])            --> 10	20
-- pack and unpack
local p = pack(nil, 2, nil)
print(p.n, p[1], p[2], p[3], pack().n)                           --> 3	nil	2	nil	0
print(unpack{1, 2, 3}, (unpack({1, 2}, 2)), unpack({1, 2, 3}, 2, 3))   --> 1	2	2	3
print(select("#", unpack({}, 1, 5)), unpack({1, 2}, -1, 1))      --> 5	nil	nil	1
print(unpack({[math.maxinteger] = "m"}, math.maxinteger, math.maxinteger), unpack({}, math.maxinteger, math.mininteger))   --> m
print(pcall(unpack, {}, 1, 1e7))                                 --> false	too many results to unpack
print(pcall(unpack, {}, math.mininteger, math.maxinteger))       --> false	too many results to unpack
print(pcall(unpack, {}, 0, math.maxinteger))                     --> false	too many results to unpack
print(pcall(unpack))                                             --> false	attempt to get length of a nil value
print(unpack("abc", 1, 2))                                       --> nil	nil
-- sort
local function sorted(t, f) sort(t, f) return concat(t, " ") end
print(sorted{3, 1, 2}, sorted{}, sorted{1}, sorted{"b", "a", "C"}, sorted({1, 3, 2}, function(a, b) return a > b end), sorted{2.5, 1, -1.5, 2})   --> 1 2 3		1	C a b	3 2 1	-1.5 1 2 2.5
local seed = 1
local function random(n) seed = (seed * 1103515245 + 12345) & 0x7fffffff return seed >> 8 % n end
local function check(n, value, f)
  local t, counts = {}, {}
  for i = 1, n do local v = value(i) t[i] = v counts[v] = (counts[v] or 0) + 1 end
  sort(t, f)
  for i = 2, n do assert(not (f and f(t[i], t[i - 1]) or not f and t[i] < t[i - 1])) end
  for i = 1, n do counts[t[i]] = counts[t[i]] - 1 end
  for _, c in pairs(counts) do assert(c == 0) end
end
local N = os.getenv("FERROUS_GC_STRESS") and 100 or 5000
for _, f in ipairs {false, function(a, b) return a < b end, function(a, b) return a > b end} do
  f = f or nil
  for _, n in ipairs {0, 1, 2, 3, 4, 5, 10, 100, 101, N} do
    check(n, function(i) return i end, f)
    check(n, function(i) return -i end, f)
    check(n, function() return random(1000) end, f)
    check(n, function() return random(1000) / 7 end, f)
    check(n, function(i) return i % 3 end, f)
    check(n, function() return 7 end, f)
    check(n, function(i) return i % 2 == 0 and i or N - i end, f)
    check(n, function(i) return i < n / 2 and i or n - i end, f)
    check(n, function() return "s" .. random(500) end, f)
  end
end
print(pcall(sort, {1, "x", 2}))                                  --> false	attempt to compare string with number
print(pcall(sort, {1, nil, 3}))                                  -->~ (true|false	attempt to compare .*)
print(pcall(sort, {3, 2, 1, 4}, function() return true end))     -->~ (true|false	invalid order function for sorting)
print(pcall(sort, {1, 2}, 1))                                    --> false	bad argument #2 to 'table.sort' (function expected, got number)
print(pcall(sort, {3, 1, 2}, function() error("cmp", 0) end))    --> false	cmp
for n = 2, 60 do local t = {} for i = 1, n do t[i] = i end pcall(sort, t, function() return random(2) == 0 end) assert(#t == n) end
local words = {}
for w in ("the quick brown fox jumps over the lazy dog and runs away"):gmatch("%a+") do words[#words + 1] = w end
sort(words, function(a, b) if #a ~= #b then return #a < #b end return a < b end)
print(concat(words, " "))                                        --> and dog fox the the away lazy over runs brown jumps quick
-- Metamethods are respected everywhere.
local function proxy(store)
  local log = {}
  return setmetatable({}, {__index = function(_, k) log[#log + 1] = "r" .. tostring(k) return store[k] end,
    __newindex = function(_, k, v) log[#log + 1] = "w" .. tostring(k) store[k] = v end, __len = function() log[#log + 1] = "#" return #store end}), log, store
end
local px, log, store = proxy{"a", "b", "c"}
print(concat(px, ","), concat(log, " "))                         --> a,b,c	# r1 r2 r3
px, log, store = proxy{1, 2, 3}
insert(px, 4) insert(px, 1, 0)
print(concat(store, ","), concat(log, " "))                      --> 0,1,2,3,4	# w4 # r4 w5 r3 w4 r2 w3 r1 w2 w1
px, log, store = proxy{1, 2, 3}
print(remove(px, 1), remove(px), concat(store, ","), concat(log, " "))   --> 1	3	2	# r1 r2 w1 r3 w2 w3 # r2 w2
px, log, store = proxy{3, 1, 2}
sort(px)
print(concat(store, ","))                                        --> 1,2,3
px, log, store = proxy{1, 2, 3}
print(unpack(px), concat(move(px, 1, 3, 2, {0}), ","), concat(log, " "))   --> 1	0,1,2,3	# r1 r2 r3 r1 r2 r3
print(pcall(insert, setmetatable({}, {__len = function() return "x" end}), 1))   --> false	object length is not an integer
print(pcall(insert, setmetatable({}, {__len = function() return 1.0 end}), 1))   --> true
print(pcall(concat, setmetatable({}, {__len = function() return math.maxinteger end, __index = function(_, i) if i < 4 then return i end end})))   --> false	invalid value (nil) at index 4 in table for 'concat'
-- Objects that aren't tables, with the metamethods that are needed.
local u = io.stdout
print(pcall(insert, u, 1))                                       --> false	bad argument #1 to 'table.insert' (table expected, got FILE*)
-- The comparison function may create garbage, change other tables and yield nothing.
local objects = {}
for i = 1, 200 do objects[i] = {key = random(100), id = i} end
sort(objects, function(a, b) local tmp = {a.key, b.key} if tmp[1] ~= tmp[2] then return tmp[1] < tmp[2] end return a.id < b.id end)
for i = 2, 200 do assert(objects[i - 1].key < objects[i].key or (objects[i - 1].key == objects[i].key and objects[i - 1].id < objects[i].id)) end
