-- Manual 6.8: what the functions of io, and the methods of files, say about wrong arguments.
local function e(f, ...) print((select(2, pcall(f, ...)))) end
local function site(text, ...) e(assert(load(text, "=c")), ...) end
local name = os.tmpname()
local function tidy(m) return (tostring(m):gsub(name:gsub("%p", "%%%0"), "NAME"):gsub("file %(0x%x+%)", "FILE")) end
local function ft(f, ...)
  local r = table.pack(pcall(f, ...))
  for i = 1, r.n do r[i] = tidy(r[i]) end
  print(table.concat(r, " ", 2, r.n))
end
local f = io.open(name, "w")
f:write("12 abc\nsecond\n") f:close()
local closed = f
e(io.close, 1)  --> bad argument #1 to 'io.close' (FILE* expected, got number)
e(io.close, closed)  --> attempt to use a closed file
e(io.flush, 1)  --> true
e(io.input, {})  --> bad argument #1 to 'io.input' (FILE* expected, got table)
e(io.input, "/no/such/file")  --> cannot open file '/no/such/file' (No such file or directory)
e(io.input, closed)  --> attempt to use a closed file
io.input(io.stdin)
e(io.output, {})  --> bad argument #1 to 'io.output' (FILE* expected, got table)
e(io.output, "/no/such/file")  --> cannot open file '/no/such/file' (No such file or directory)
e(io.lines, {})  --> bad argument #1 to 'io.lines' (string expected, got table)
e(io.lines, "/no/such/file")  --> cannot open file '/no/such/file' (No such file or directory)
e(function() for _ in io.lines(name, "x") do end end)  --> 6_8_arguments.lua:25: bad argument #2 to 'for iterator' (invalid format)
e(function() for _ in io.lines(name, {}) do end end)  --> 6_8_arguments.lua:26: bad argument #2 to 'for iterator' (string expected, got table)
e(function() for _ in io.lines(name, 1, 2, "*") do end end)  --> 6_8_arguments.lua:27: bad argument #4 to 'for iterator' (invalid format)
e(io.lines, name, table.unpack({}, 1, 251))  --> bad argument #252 to 'io.lines' (too many arguments)
e(io.open)  --> bad argument #1 to 'io.open' (string expected, got no value)
e(io.open, {})  --> bad argument #1 to 'io.open' (string expected, got table)
e(io.open, name, {})  --> bad argument #2 to 'io.open' (string expected, got table)
for _, mode in ipairs {"", "q", "rr", "rw", "r++", "+r", "rb+", "r+b", "b", "wx", "a+b", "w+bb"} do
  local ok, h = pcall(io.open, name .. ".modes", mode)
  print(mode, ok, ok and (io.type(h) or "no file") or h)
--> 	false	bad argument #2 to 'io.open' (invalid mode)
--> q	false	bad argument #2 to 'io.open' (invalid mode)
--> rr	false	bad argument #2 to 'io.open' (invalid mode)
--> rw	false	bad argument #2 to 'io.open' (invalid mode)
--> r++	false	bad argument #2 to 'io.open' (invalid mode)
--> +r	false	bad argument #2 to 'io.open' (invalid mode)
--> rb+	false	bad argument #2 to 'io.open' (invalid mode)
--> r+b	true	no file
--> b	false	bad argument #2 to 'io.open' (invalid mode)
--> wx	false	bad argument #2 to 'io.open' (invalid mode)
--> a+b	true	file
--> w+bb	true	file
  if ok and h then h:close() end
end
os.remove(name .. ".modes")
ft(io.open, "/no/such/file")  --> nil /no/such/file: No such file or directory 2
ft(io.open, "/", "w")  --> nil /: Is a directory 21
ft(io.open, "/no/such/file", "w")  --> nil /no/such/file: No such file or directory 2
e(io.popen)  --> bad argument #1 to 'io.popen' (string expected, got no value)
e(io.popen, {})  --> bad argument #1 to 'io.popen' (string expected, got table)
e(io.popen, "true", "x")  --> bad argument #2 to 'io.popen' (invalid mode)
e(io.popen, "true", "rw")  --> bad argument #2 to 'io.popen' (invalid mode)
e(io.popen, "true", "")  --> bad argument #2 to 'io.popen' (invalid mode)
e(io.read, "x")  --> bad argument #1 to 'io.read' (invalid format)
e(io.read, {})  --> bad argument #1 to 'io.read' (string expected, got table)
e(io.type)  --> bad argument #1 to 'io.type' (value expected)
print(io.type(1), io.type(closed), io.type(io.stdin))  --> nil	closed file	file
e(io.write, {})  --> bad argument #1 to 'io.write' (string expected, got table)
e(io.write, nil)  --> bad argument #1 to 'io.write' (string expected, got nil)
e(io.write, "", true)  --> bad argument #2 to 'io.write' (string expected, got boolean)
-- Methods, called as such and as functions.
f = io.open(name, "r+")
for _, method in ipairs {"close", "flush", "lines", "read", "seek", "setvbuf", "write"} do
  e(f[method])  --> bad argument #1 to '?' (FILE* expected, got no value)
  e(f[method], 1)  --> bad argument #1 to '?' (FILE* expected, got number)
  e(f[method], closed)  --> attempt to use a closed file
  e(load("local f = ... f:" .. method .. "()", "=c"), closed)  --> c:1: attempt to use a closed file
  e(load("local f = ... f." .. method .. "()", "=c"), f)  --> c:1: bad argument #1 to 'close' (FILE* expected, got no value)
  e(load("local f = ... f." .. method .. "(io)", "=c"), f)
--> c:1: bad argument #1 to 'close' (FILE* expected, got table)
--> bad argument #1 to '?' (FILE* expected, got no value)
--> bad argument #1 to '?' (FILE* expected, got number)
--> attempt to use a closed file
--> c:1: attempt to use a closed file
--> c:1: bad argument #1 to 'flush' (FILE* expected, got no value)
--> c:1: bad argument #1 to 'flush' (FILE* expected, got table)
--> bad argument #1 to '?' (FILE* expected, got no value)
--> bad argument #1 to '?' (FILE* expected, got number)
--> attempt to use a closed file
--> c:1: attempt to use a closed file
--> c:1: bad argument #1 to 'lines' (FILE* expected, got no value)
--> c:1: bad argument #1 to 'lines' (FILE* expected, got table)
--> bad argument #1 to '?' (FILE* expected, got no value)
--> bad argument #1 to '?' (FILE* expected, got number)
--> attempt to use a closed file
--> c:1: attempt to use a closed file
--> c:1: bad argument #1 to 'read' (FILE* expected, got no value)
--> c:1: bad argument #1 to 'read' (FILE* expected, got table)
--> bad argument #1 to '?' (FILE* expected, got no value)
--> bad argument #1 to '?' (FILE* expected, got number)
--> attempt to use a closed file
--> c:1: attempt to use a closed file
--> c:1: bad argument #1 to 'seek' (FILE* expected, got no value)
--> c:1: bad argument #1 to 'seek' (FILE* expected, got table)
--> bad argument #1 to '?' (FILE* expected, got no value)
--> bad argument #1 to '?' (FILE* expected, got number)
--> attempt to use a closed file
--> c:1: attempt to use a closed file
--> c:1: bad argument #1 to 'setvbuf' (FILE* expected, got no value)
--> c:1: bad argument #1 to 'setvbuf' (FILE* expected, got table)
--> bad argument #1 to '?' (FILE* expected, got no value)
--> bad argument #1 to '?' (FILE* expected, got number)
--> attempt to use a closed file
--> c:1: attempt to use a closed file
--> c:1: bad argument #1 to 'write' (FILE* expected, got no value)
--> c:1: bad argument #1 to 'write' (FILE* expected, got table)
end
e(load("local f = ... f:read('x')", "=c"), f)  --> c:1: bad argument #1 to 'read' (invalid format)
e(load("local f = ... f:read('l', 'n', {})", "=c"), f)  --> nil
e(load("local f = ... f:read('')", "=c"), f)  --> c:1: bad argument #1 to 'read' (invalid format)
e(load("local f = ... f:read('*')", "=c"), f)  --> c:1: bad argument #1 to 'read' (invalid format)
e(load("local f = ... f:read(1.5)", "=c"), f)  --> c:1: bad argument #1 to 'read' (number has no integer representation)
e(load("local f = ... f:seek('x')", "=c"), f)  --> c:1: bad argument #1 to 'seek' (invalid option 'x')
e(load("local f = ... f:seek({})", "=c"), f)  --> c:1: bad argument #1 to 'seek' (string expected, got table)
e(load("local f = ... f:seek('set', {})", "=c"), f)  --> c:1: bad argument #2 to 'seek' (number expected, got table)
e(load("local f = ... f:seek('set', 1.5)", "=c"), f)  --> c:1: bad argument #2 to 'seek' (number has no integer representation)
e(load("local f = ... f:seek('set', 1 << 62, 1)", "=c"), f)  --> nil
e(load("local f = ... f:setvbuf('x')", "=c"), f)  --> c:1: bad argument #1 to 'setvbuf' (invalid option 'x')
e(load("local f = ... f:setvbuf()", "=c"), f)  --> c:1: bad argument #1 to 'setvbuf' (string expected, got no value)
e(load("local f = ... f:setvbuf('full', 'x')", "=c"), f)  --> c:1: bad argument #2 to 'setvbuf' (number expected, got string)
e(load("local f = ... f:write({})", "=c"), f)  --> c:1: bad argument #1 to 'write' (string expected, got table)
e(load("local f = ... f:write('a', nil)", "=c"), f)  --> c:1: bad argument #2 to 'write' (string expected, got nil)
e(load("local f = ... f:nomethod()", "=c"), f)  --> c:1: attempt to call a nil value (method 'nomethod')
e(load("local f = ... return f.field.x", "=c"), f)  --> c:1: attempt to index a nil value (field 'field')
e(load("local f = ... f.field = 1", "=c"), f)  --> c:1: attempt to index a FILE* value (local 'f')
e(load("local f = ... return f + 1", "=c"), f)  --> c:1: attempt to perform arithmetic on a FILE* value (local 'f')
e(load("local f = ... return #f", "=c"), f)  --> c:1: attempt to get length of a FILE* value (local 'f')
e(load("local f = ... return f()", "=c"), f)  --> c:1: attempt to call a FILE* value (local 'f')
e(load("local f = ... return f .. ''", "=c"), f)  --> c:1: attempt to concatenate a FILE* value (local 'f')
e(load("local f = ... return f < f", "=c"), f)  --> c:1: attempt to compare two FILE* values
print(tidy(tostring(f)), tidy(closed), getmetatable(f).__name, f == f, f ~= closed)  --> FILE	file (closed)	FILE*	true	true
print(f:seek("set", 3), f:read("l"), f:seek("cur", -1), f:read(1) == "\n", f:seek("end", -3), f:read("a"), f:seek("set"))
--> 3	abc	6	true	11	nd
--> 	0
print(f:seek("set", -1))  --> nil	Invalid argument	22
-- Formats by letter, with or without an asterisk, and what follows it is not looked at.
f:seek("set")
print(f:read("number"), f:read("line"), f:read("*Line"), f:read("all"), f:read("*a"), f:read("l"), f:read(0))
--> 12	 abc	aecond
--> 			nil	nil
f:close()
-- What cannot be written or read.
f = io.open(name, "r")
print(f:write("x"))  --> nil	Bad file descriptor	9
print(f:close())  --> true
f = io.open(name, "w")
print(f:read("l"))  --> nil	Bad file descriptor	9
print(f:read("a"))  --> nil	Bad file descriptor	9
print(f:read("n"))  --> nil	Bad file descriptor	9
f:close()
ft(function() local d = io.open("/") return d:read(1) end)  --> nil Is a directory 21
ft(function() local d = io.open("/") return d:read("a") end)  --> nil Is a directory 21
ft(function() local d = io.open("/") return d:read("n") end)  --> nil Is a directory 21
ft(function() for l in io.lines("/") do end end)  --> 6_8_arguments.lua:158: Is a directory
ft(function() local d = io.open("/dev/full", "w") d:setvbuf("no") return d:write("x") end)  --> nil No space left on device 28
ft(function() local d = io.open("/dev/full", "w") d:write("x") return d:flush() end)  --> nil No space left on device 28
ft(function() local d = io.open("/dev/full", "w") d:write("x") return d:close() end)  --> nil No space left on device 28
-- lines: reads as asked, closes at the end, and says so.
f = io.open(name, "w") f:write("1 one\n2 two\n") f:close()
for n, word, rest in io.lines(name, "n", 1, "L") do print(n, word, (rest:gsub("\n", "$"))) end
--> 1	 	one$
--> 2	 	two$
local lines, state, control, file = io.lines(name)
print(state, control, io.type(file))  --> nil	nil	file
print(lines(), lines(), lines(), io.type(file))  --> 1 one	2 two	nil	closed file
e(lines)  --> file is already closed
lines = io.lines(name)
print(pcall(lines, "ignored", "arguments"))  --> true	1 one
f = io.open(name)
lines = f:lines("L")
print((lines():gsub("\n", "$")), io.type(f))  --> 1 one$	file
f:close()
e(lines)  --> file is already closed
f = io.open(name)
e(f.lines, f, table.unpack({}, 1, 251))  --> bad argument #252 to '?' (too many arguments)
f:close()
-- Closing: standard files too, twice, by popen with statuses.
e(closed.close, closed)  --> attempt to use a closed file
e(function() closed:close() end)  --> 6_8_arguments.lua:183: attempt to use a closed file
print(getmetatable(closed).__close == getmetatable(closed).__gc, pcall(getmetatable(closed).__gc, closed))  --> true	true
print(io.popen("exit 7"):close())  --> nil	exit	7
print(io.popen("kill -15 $$"):close())  --> nil	signal	15
print(io.popen("cat > /dev/null", "w"):close())  --> true	exit	0
local p = io.popen("echo a; echo b")
for l in p:lines() do print(l) end
--> a
--> b
print(io.type(p), p:close(), io.type(p))  --> file	true	closed file
e(p.read, p)  --> attempt to use a closed file
-- The default files.
io.output(name) io.write("default ", 1, " ", 2.5, "\n")
print(io.type(io.output()), io.close(), pcall(io.write, "x"))  --> file	true	false	default output file is closed
io.output(io.stdout)
io.input(name)
print(io.read("L") == "default 1 2.5\n", io.read("a"), io.read("l"), io.read(1))  --> true		nil	nil
print(io.close(io.input()))  --> true
e(io.read)  --> default input file is closed
e(io.lines)  --> attempt to use a closed file
io.input(io.stdin)
for l in io.lines(name, "l") do print(l) end  --> default 1 2.5
io.input(name)
for l in io.lines() do print(l) end  --> default 1 2.5
print(io.type(io.input()))  --> file
io.close(io.input()) io.input(io.stdin)
os.remove(name)
