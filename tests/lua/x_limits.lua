--! args: x
-- ferrous --timeout: a program that catches everything is stopped all the same.
local program = "while true do pcall(function() while true do end end) end"
local interpreter = arg[-1]
local command = string.format("'%s' --timeout 200ms -e '%s' 2>&1", interpreter, program)
local pipe = io.popen(command)
print(pipe:read("a"):match("time limit exceeded"))     --> time limit exceeded
print(pipe:close())                                     --> nil	exit	1

local limit = os.getenv("FERROUS_GC_STRESS") and "600K" or "8M" -- each allocation collects all of it
command = string.format("'%s' --max-memory %s -e '%s' 2>&1", interpreter, limit,
  "local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end")
pipe = io.popen(command)
print(pipe:read("a"):match("not enough memory"))        --> not enough memory
print(pipe:close())                                     --> nil	exit	1

command = string.format("'%s' --max-memory 64M --timeout 1m -e 'print(1 + 1)'", interpreter)
print(io.popen(command):read("n"))                      --> 2
