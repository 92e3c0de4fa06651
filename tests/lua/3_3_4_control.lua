-- Manual 3.3.4: while, repeat, if, goto, break, return.
local n = 0
while n < 10 do n = n + 1 if n == 5 then break end end
assert(n == 5)
repeat local done = n >= 8; n = n + 1 until done     -- the condition sees the block's locals
assert(n == 9)
local function classify(v)
  if v == nil then return "nil"
  elseif v == false then return "false"
  elseif v == 0 then return "zero"
  elseif type(v) == "string" and #v > 0 then return "text"
  else return "other" end
end
print(classify(nil), classify(false), classify(0), classify("a"), classify(""), classify(1))
--> nil	false	zero	text	other	other
while false do error("never") end
repeat until true
while nil do end
local count = 0
repeat count = count + 1 until count == 3 or false
assert(count == 3)

-- goto: continue, nested breaks, loops backwards.
local odd = {}
for i = 1, 10 do
  if i % 2 == 0 then goto continue end
  odd[#odd + 1] = i
  ::continue::
end
print(table.concat(odd, " "))      --> 1 3 5 7 9
for i = 1, 10 do
  for j = 1, 10 do
    if i * j == 42 then odd = i .. "x" .. j goto found end
  end
end
::found::
print(odd)                         --> 6x7
do
  local i = 1
  ::top::
  if i < 1000 then i = i + 1 goto top end
  assert(i == 1000)
end
do  -- into the end of a block, past locals, is allowed: void statements follow the label
  local k = 0
  ::again::
  do
    k = k + 1
    if k < 3 then goto out end
    local x = k
    ::out:: ; ;
  end
  if k < 3 then goto again end
  assert(k == 3)
end
-- Each turn of a goto loop has fresh locals for closures.
do
  local closures = {}
  local i = 1
  ::loop::
  local here = i
  closures[i] = function() here = here + 1 return here end
  i = i + 1
  if i <= 3 then goto loop end
  print(closures[1](), closures[1](), closures[2](), closures[3]())   --> 2	3	3	4
end
-- while and repeat with closures in the condition.
do
  local fs = {}
  local i = 0
  repeat
    local v = i
    fs[#fs + 1] = function() return v end
    i = i + 1
  until (function() return v == 4 end)()
  assert(#fs == 5)
  for k, f in ipairs(fs) do assert(f() == k - 1) end
  local gs = {}
  while #gs < 3 do
    local v = #gs
    gs[#gs + 1] = function() v = v + 10 return v end
    if v == 1 then goto next end
    ::next::
  end
  print(gs[1](), gs[1](), gs[2](), gs[3]())   --> 10	20	11	12
end
-- Label visibility.
local function refuse(code) local f, m = load(code, "=g") assert(not f) return m end
print(refuse("goto l; local a; ::l:: print(a)"))   --> g:1: <goto l> at line 1 jumps into the scope of local 'a'
print(refuse("do ::l:: end goto l"))               --> g:1: no visible label 'l' for <goto> at line 1
print(refuse("::l:: do ::l:: end"))                --> g:1: label 'l' already defined on line 1
print(refuse("repeat if x then goto c end local y ::c:: until y"))  --> g:1: <goto c> at line 1 jumps into the scope of local 'y'
print(refuse("function f() goto l end ::l::"))     --> g:1: no visible label 'l' for <goto> at line 1
assert(load("do ::l:: end do ::l:: end"))
assert(load("goto l; do local a end ::l::"))
assert(load("goto l; local a ::l::"))
assert(load("::a:: function f() ::a:: end"))
assert(load("while true do do break end end return 'x'")() == "x")

-- Conditions with comparison, and, or, not, in all directions.
local function truth(a, b, c)
  local r = {}
  if a and b then r[#r + 1] = "ab" end
  if a or b then r[#r + 1] = "a|b" end
  if not a then r[#r + 1] = "!a" end
  if not (a and b) or c then r[#r + 1] = "!(ab)|c" end
  if (a or b) and c then r[#r + 1] = "(a|b)c" end
  if a and (not b or c) then r[#r + 1] = "a(!b|c)" end
  return table.concat(r, " ")
end
for bits = 0, 7 do
  local a, b, c = bits & 1 ~= 0, bits & 2 ~= 0, bits & 4 ~= 0
  local expected = {}
  local function add(cond, s) if cond == true then expected[#expected + 1] = s end end
  add(a == true and b == true, "ab"); add((a == true) or (b == true), "a|b"); add(a == false, "!a")
  add((a == false or b == false) or c == true, "!(ab)|c"); add((a == true or b == true) and c == true, "(a|b)c")
  add(a == true and (b == false or c == true), "a(!b|c)")
  assert(truth(a, b, c) == table.concat(expected, " "))
end
-- A long chain of branches (jumps over more than a few instructions).
local parts = {"local v = ... if v == 0 then return 0 "}
for i = 1, 3000 do parts[#parts + 1] = "elseif v == " .. i .. " then return " .. i * 2 .. " " end
local long = load(table.concat(parts) .. "else return 'none' end")
print(long(0), long(1), long(3000), long(3001))    --> 0	2	6000	none
