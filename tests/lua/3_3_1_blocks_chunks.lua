-- Manual 3.3.1 and 3.3.2: blocks, semicolons, chunks, return.
;;; local x = 1;;
do local x = 2; assert(x == 2) do local x = 3 assert(x == 3) end assert(x == 2) end
assert(x == 1)
do end do ; end
local f = function() return end
assert(select("#", f()) == 0)
local f = function() do return 1 end end
assert(f() == 1)
assert(load("return;")() == nil and select("#", load("")()) == 0)
assert(load("return 1;")() == 1 and not load("return 1;;"))
assert(not load("return 1 local x"))
-- A call at the start of a line continues the statement before it.
local log = {}
local function id(v) log[#log + 1] = v return id end
id(1)
(2)
(3)
assert(table.concat(log) == "123")
id(4);
(function() log[#log + 1] = 5 end)()
assert(table.concat(log) == "12345")

-- Chunks are vararg functions.
assert(select("#", load("return ...")(1, nil, nil)) == 3)
local chunk = load("local a, b = ... ; return b, a")
print(chunk(1, 2))                 --> 2	1
assert(chunk ~= load("local a, b = ... ; return b, a"))
-- A first line that starts with '#' is skipped in files only.
local name = os.tmpname()
local file = assert(io.open(name, "w"))
file:write("#!/usr/bin/ferrous\nreturn debug.getinfo(1, 'l').currentline")
file:close()
assert(dofile(name) == 2)
assert(loadfile(name)() == 2)
file = assert(io.open(name, "w"))
file:write("\xEF\xBB\xBF# comment\nreturn ...")
file:close()
assert(loadfile(name)("bom") == "bom")
os.remove(name)

-- Deep nesting of blocks, within the limits.
local depth = 150
assert(load(("do "):rep(depth) .. "return 7 " .. ("end "):rep(depth))() == 7)
local deep = load(("if true then "):rep(depth) .. "return 8 " .. ("end "):rep(depth))
assert(deep() == 8)

-- Shadowing keeps earlier closures' variables.
local a = 1
local get1 = function() return a end
local a = 2
local get2 = function() return a end
a = 3
print(get1(), get2())              --> 1	3
local a = a + 1
print(a, get2())                   --> 4	3
