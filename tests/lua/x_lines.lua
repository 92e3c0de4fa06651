-- Which line each piece of code belongs to: traces of line hooks, lines with code, lines of errors.
local function trace(code)
  local seen = {}
  debug.sethook(function(_, line)
    if debug.getinfo(2, "S").source == "=code" then seen[#seen + 1] = line end
  end, "l")
  pcall(load(code, "=code"))
  debug.sethook()
  return table.concat(seen, " ")
end
print(trace "if\nmath.sin(1)\nthen\n  a=1\nelse\n  a=2\nend\n")      --> 2 3 4 7
print(trace "for k in pairs{1, 2}\ndo\n  a = k\nend\n")            --> 1 2 3 1 3 1 4
print(trace "for i = 1, 2 do\n  a = i\nend\n")                     --> 1 2 1 2 1 3
print(trace "local i = 1\nwhile\ni < 3\ndo\n  i = i + 1\nend\n")   --> 1 3 5 3 5 3 6
print(trace "local i = 1\nrepeat\n  i = i + 1\nuntil\ni > 2\n")    --> 1 3 5 3 5
-- Whether a condition is tested again behind the body or jumped to, is not to be seen.
print(trace "local i = 0 while i < 2 do i = i + 1 end\nx = i")        --> 1 1 1 2
print(trace "local i = 0\nwhile i < 2 do\n  i = i + 1\nend\nx = i")   --> 1 2 3 2 3 2 5
print(trace "local i = 0\nwhile i < 2 do i = i + 1\n  x = i\nend\n")  --> 1 2 3 2 3 2 4
print(trace "local i = 0\nwhile i < 2 do\n  i = i + 1\n  for j = 1, 1 do\n    x = i\n  end\nend\n")  --> 1 2 3 4 5 4 6 2 3 4 5 4 6 2 7
print(trace "local i = 0\nwhile i < 2\nand i ~= 9 do\n  i = i + 1\nend\n")  --> 1 2 3 4 2 3 4 2 5
print(trace "local i = 0\nwhile i == 7\nor i < 2 do\n  i = i + 1\nend\n")  --> 1 2 3 4 2 3 4 2 3 5
print(trace "local i = 0 repeat i = i + 1 until i > 2\nx = i")         --> 1 1 1 2
print(trace "local i = 0\nrepeat\n  i = i + 1\nuntil i > 2\n")         --> 1 3 4 3 4 3 4
-- A function without lines has a hook on its first instruction alone, with no line.
local stripped = load(string.dump(load "local a = 1 local b = 2 return b", true))
local lines = {}
debug.sethook(function(_, line) lines[#lines + 1] = tostring(line) end, "l")
stripped()
debug.sethook()
print(lines[1], lines[2])                                           --> 29	nil

local function active(code)
  local lines = {}
  for line in pairs(debug.getinfo(load(code), "L").activelines) do lines[#lines + 1] = line end
  table.sort(lines)
  return table.concat(lines, " ")
end
print(active "return 1", active "\n\nreturn 1", active "x = 1\n\ny = 2\n")   --> 1	3	1 3

local function line_of(code)
  local _, message = pcall(load(code, "=c"))
  return message:match ":(%d+):"
end
print(line_of "\n\n for k,v in \n 3 \n do \n print(k) \n end")      --> 4
print(line_of "for k,v in 3\n,\n4 \n do \n print(k) \n end")        --> 1
print(line_of "local x\n\nassert(false)")                           --> 3
print(select(2, pcall(function() assert(nil, "no") end)))           --> x_lines.lua:48: no
-- Equal long literals of a chunk are one object.
local a <const> = "01234567890123456789012345678901234567890123456789"
local function b() return "01234567890123456789012345678901234567890123456789" end
print(string.format("%p", a) == string.format("%p", b()))           --> true
-- Values are fetched where the next token shows that they are complete.
print(trace "local a, b = 1, 2\nreturn a\n+\nb\n..\na\n")             --> 1 3 6 5 6
print(trace "local x, y = 1\nlocal z = x\nand\ny\nor\nx\n")         --> 1 3 5 6
print(trace "local x = 1\ngoto\ndone\nx = 2\n::done::\nx = 3\n")    --> 1 3 6
print(trace "for i = 1, 2 do\n  if i > 1 then\n    goto next\n  end\n  a = i\n  ::next::\nend\n")  --> 1 2 5 1 2 3 1 7
print(trace "local t = {\n[2.5]\n=\n1}\nt\n[\n2.5\n]\n=\n2\n")      --> 1 3 4 8 10
-- Call hooks see the iterator of a for loop, whether or not the loop has run without them before.
local events, t = {}, {1, 2, x = 3}
for i = 1, 3 do
  if i == 2 then
    debug.sethook(function(e) events[#events + 1] = e .. " " .. tostring(debug.getinfo(2, "n").name) end, "cr")
  end
  for k, v in pairs(t) do
    events[#events + 1] = k
    if i == 2 and k == 2 then debug.sethook() end
  end
end
print(table.concat(events, ", ", 1, 10))   --> 1, 2, x, return sethook, call pairs, return pairs, call for iterator, return for iterator, 1, call for iterator
print(table.concat(events, ", ", 11))      --> return for iterator, 2, call sethook, x, 1, 2, x

-- Consecutive nils are one instruction, unless something jumps between them.
print(active "local a\nlocal b = nil\nlocal c\nreturn")                             --> 1 4
print(active "local a = nil\nwhile x do\nlocal b = nil\nend\nlocal c")                 --> 1 2 3 5
print(active "local a = x and\nnil\nlocal b = nil")                                   --> 1 2 3
print(active "local a, b = 1\nlocal c = nil\ngoto l\n::l::\nlocal d = nil\nx = 1")  --> 1 3 5 6
do
  local a, b, c
  for i = 1, 2 do
    if i == 2 then a, b, c = 1, 2, 3 end
    local d
    local e = nil
    print(a, b, c, d, e)
    d, e = 4, 5
  end
end
--> nil	nil	nil	nil	nil
--> 1	2	3	nil	nil

-- Jumps become a value where the value is taken.
print(active "f(a\n==\nb\n,\nc)", active "x = (\na\n<\nb\n)\n")                       --> 1 2 3 4 5	3 4 5
print(active "x = not\ny\n", active "f(\n(y)\n)", active "x = a\nand\nb\nor\nc\n")     --> 2	1 2 3	2 3 4 5
print(line_of "local b = 1\nreturn b\n.\nz\n:\nn ()")                                --> 6

-- A call hook sees the line of the first instruction that does something, of a vararg function too.
do
  local lines = {}
  debug.sethook(function()
    local info = debug.getinfo(2, "Sl")
    if info.source == "=code" then lines[#lines + 1] = info.currentline end
  end, "c")
  load("\n\nlocal function f(...)\n\n  return 1\nend\nlocal function g()\n  return 1\nend\nf(g())", "=code")()
  debug.sethook()
  print(table.concat(lines, " "))                                                     --> 6 8 5
end

-- A __close method is called in the midst of a line: lines go on where it left off.
local function lines_hit(code)
  local lines = {}
  local f = load("local C = ... return function()\n" .. code .. "\nend", "=p")(
    setmetatable({}, {__close = load("return function(...)\n\n\n\n\n\n\n\n\n\n\nlocal a = ...\nend", "=close")()}))
  debug.sethook(function(_, line) if debug.getinfo(2, "S").source == "=p" then lines[#lines + 1] = line end end, "l")
  f()
  debug.sethook()
  return table.concat(lines, " ")
end
print(lines_hit "do local c <close> = C\nlocal x = nil end local y")                   --> 2 3 4
print(lines_hit "for i = 1, 3 do if i == 3 then break end\ndo local c <close> = C local p end\nend")  --> 2 3 2 2 3 2 2 5
print(lines_hit "for i = 1, 2 do\nlocal c <close> = C\nend\nlocal y")                --> 2 3 2 3 2 5 6
print(lines_hit "local c <close> = C\ndo\nlocal d <close> = C\nend\nreturn")        --> 2 4 6
print(lines_hit "for _, v in next, {1}, nil, C do\nlocal x = v\nend\nlocal y")       --> 2 3 2 4 5 6
