-- Manual 6.8: io.
local name, other = os.tmpname(), os.tmpname()
local f = assert(io.open(name, "w"))
print(io.type(f), io.type(io.stdout), io.type(42), tostring(f):match("^file %(0x"))   --> file	file	nil	file (0x
assert(f:write("line 1\n", 2, " ", 3.5, "\n", "", "last") == f)
print(f:seek(), f:seek("set", 3), f:seek("cur", 2), f:seek("end"))     --> 17	3	5	17
print(f:close(), io.type(f), tostring(f))                               --> true	closed file	file (closed)
print(pcall(f.write, f, "x"))                                            --> false	attempt to use a closed file
print(pcall(function() f:read() end))                                    --> false	6_8_io.lua:9: attempt to use a closed file
local function content(n) local h = assert(io.open(n, "rb")) local s = h:read("a") h:close() return s end
assert(content(name) == "line 1\n2 3.5\nlast")
-- read formats
f = io.open(name)
assert(f:read() == "line 1" and f:read("L") == "2 3.5\n" and f:read(2) == "la" and f:read("l") == "st")
assert(f:read("l") == nil and f:read(0) == nil and f:read("a") == "" and f:read("a") == "" and f:read("n") == nil)
f:seek("set")
assert(f:read(0) == "" and f:read("l", "l", "l", "l") == "line 1")
f:seek("set", 5)
print(f:read("n", "n", "n", "l", "l"))                                   --> 1	2	3.5		last
f:seek("set")
print(f:read("*l", "*n", "*a") == "line 1", select("#", f:read("a", "a")), pcall(f.read, f, "x"))   --> true	2	false	bad argument #2 to '?' (invalid format)
print(pcall(f.read, f, {}))                                              --> false	bad argument #2 to '?' (string expected, got table)
print(pcall(f.read, f, -1))                                              -->~ .*
print(f:write("x"))                                                      --> nil	Bad file descriptor	9
f:close()
-- numbers
f = io.open(name, "w")
f:write("  12 0x1F -3.5e2 +7 .5 5. 0x.8p1 1e 99999999999999999999 -0 nan 123abc 0x")
f:close()
f = io.open(name)
print(f:read("n", "n", "n", "n", "n", "n", "n"))                         --> 12	31	-350.0	7	0.5	5.0	1.0
print(f:read("n"))                                                       --> nil
print(f:read("n", "n"))                                                  --> 1e+20	0
print(f:read("n"), f:read("l"))                                          --> nil	nan 123abc 0x
f:close()
-- lines
f = io.open(name, "w") f:write("a\n\nb\nc") f:close()
local list = {}
for l in io.lines(name) do list[#list + 1] = "[" .. l .. "]" end
for l in io.lines(name, "L") do list[#list + 1] = "[" .. l:gsub("\n", "$") .. "]" end
for a, b in io.lines(name, 1, 1) do list[#list + 1] = (a .. (b or "-")):gsub("\n", "$") end
for c in io.lines(name, "n") do list[#list + 1] = "never" end
print(table.concat(list, " "))                                           --> [a] [] [b] [c] [a$] [$] [b$] [c] a$ $b $c
print(pcall(io.lines, "/no/such/file"))                                  --> false	cannot open file '/no/such/file' (No such file or directory)
f = io.open(name)
list = {}
for l in f:lines() do list[#list + 1] = l if #list == 2 then break end end
print(f:read("a"), io.type(f), #list)
--> b
--> c	file	2
f:close()
print(pcall(function() for l in f:lines() do end end))                   --> false	6_8_io.lua:52: attempt to use a closed file
local it = io.lines(name)
while it() do end
print(pcall(it))                                                         --> false	file is already closed
print(select("#", io.lines(name)))                                       --> 4
for l in io.lines(name) do break end
-- modes
print(io.open("/no/such/dir/file", "w"))                                 --> nil	/no/such/dir/file: No such file or directory	2
print(pcall(io.open, name, "rw"))                                        --> false	bad argument #2 to 'io.open' (invalid mode)
print(pcall(io.open, name, "x"))                                         --> false	bad argument #2 to 'io.open' (invalid mode)
print(io.open(name .. ".missing"))                                       -->~ nil	.*: No such file or directory	2
f = io.open(name, "a") f:write("+app") f:close()
f = io.open(name, "r+") f:write("A") f:close()
assert(content(name) == "A\n\nb\nc+app")
f = io.open(name, "w+") f:write("fresh") f:seek("set", 0) assert(f:read("a") == "fresh") f:close()
f = io.open(name, "a+b") f:write("!") f:seek("set") assert(f:read("a") == "fresh!") f:close()
-- default files
print(io.output() == io.stdout, io.input() == io.stdin)                  --> true	true
assert(io.output(other) and io.write("to other") == io.output())
assert(io.close() == true)
io.output(io.stdout)
assert(content(other) == "to other")
io.input(other)
print(io.read(2), io.read("a"), io.read("l"))                            --> to	 other	nil
io.close(io.input())
print(pcall(io.read))                                                    --> false	default input file is closed
io.input(io.stdin)
print(io.read("a") == "")                                                --> true
io.output(other)
local h = io.output()
h:close()
print(pcall(io.write, "x"))                                              --> false	default output file is closed
io.output(io.stdout)
-- setvbuf, flush, seek errors
f = io.open(name, "w")
assert(f:setvbuf("full", 1024) and f:setvbuf("line") and f:setvbuf("no") and f:flush() and io.flush())
print(pcall(f.setvbuf, f, "bad"))                                        --> false	bad argument #2 to '?' (invalid option 'bad')
print(f:seek("set", -1))                                                 --> nil	Invalid argument	22
print(pcall(f.seek, f, "middle"))                                        --> false	bad argument #2 to '?' (invalid option 'middle')
f:close()
-- tmpfile, popen, gc and close metamethods
local t = io.tmpfile()
t:write("tmp") t:seek("set") assert(t:read("a") == "tmp") t:close()
local p = io.popen("echo out; exit 3")
print(p:read("a"), p:close())
--> out
--> 	nil	exit	3
p = io.popen("cat > " .. other, "w")
p:write("piped") print(p:close())                                        --> true	exit	0
assert(content(other) == "piped")
print(pcall(io.popen, "true", "rw"))                                     --> false	bad argument #2 to 'io.popen' (invalid mode)
do local auto <close> = io.open(name) h = auto end
print(io.type(h))                                                        --> closed file
for i = 1, 300 do io.open(name) end
collectgarbage()
-- big contents
f = io.open(name, "wb")
local chunk = {}
for i = 0, 255 do chunk[#chunk + 1] = string.char(i) end
chunk = table.concat(chunk)
for i = 1, 400 do f:write(chunk) end
f:close()
f = io.open(name, "rb")
local all = f:read("a")
assert(#all == 102400 and all == chunk:rep(400))
f:seek("set", 256 * 399)
assert(f:read(1000) == chunk and f:read(1) == nil)
f:seek("set")
local n = 0
for block in f:lines(1000) do n = n + #block end
assert(n == 102400)
f:close()
f = io.open(name, "w") f:write(("x"):rep(100000), "\n", "end") f:close()
f = io.open(name) assert(#f:read() == 100000 and f:read() == "end" and not f:read()) f:close()
print(pcall(io.lines, name, "x"))                                        -->~ true	function: .*	nil	nil	file .*
print(pcall(io.close, 1))                                                --> false	bad argument #1 to 'io.close' (FILE* expected, got number)
print(pcall(io.type))                                                    --> false	bad argument #1 to 'io.type' (value expected)
print(pcall(f.close))                                                    --> false	bad argument #1 to '?' (FILE* expected, got no value)
os.remove(name) os.remove(other)
