-- Manual 3.4.5: and, or, not: results, short cuts, combinations as values and conditions.
print(10 or 20, 10 or error(), nil or "a", nil and 10, false and error(), false and nil, false or nil, 10 and 20)
--> 10	10	a	nil	false	false	nil	20
print(not nil, not false, not 0, not not nil, not "" == false)   --> true	true	false	false	true
local calls = 0
local function tick(v) calls = calls + 1 return v end
assert((tick(false) and tick(true)) == false and calls == 1)
assert((tick(1) or tick(2)) == 1 and calls == 2)
assert((tick(nil) or tick(false)) == false and calls == 4)
-- Values at every nesting, against a model that uses if alone.
local function And(a, b) if a then return b else return a end end
local function Or(a, b) if a then return a else return b end end
local function Not(a) if a then return false else return true end end
local domain = {false, true, 0, "s"}
local function each(f) for i = 0, 4 do for j = 0, 4 do for k = 0, 4 do f(domain[i], domain[j], domain[k]) end end end end
each(function(a, b, c)
  assert((a and b) == And(a, b) and (a or b) == Or(a, b) and (not a) == Not(a))
  assert((a and b or c) == Or(And(a, b), c) and (a or b and c) == Or(a, And(b, c)))
  assert(((a or b) and c) == And(Or(a, b), c) and (a and (b or c)) == And(a, Or(b, c)))
  assert((not a and b) == And(Not(a), b) and (not (a and b)) == Not(And(a, b)) and (not a or not b) == Or(Not(a), Not(b)))
  local x = a and b and c assert(x == And(a, And(b, c)))
  x = a or b or c assert(x == Or(a, Or(b, c)))
  x = a == b and c or not c assert(x == Or(And(a == b, c), Not(c)))
  x = (a ~= nil) and (b ~= nil) assert(x == And(a ~= nil, b ~= nil))
  local t = {a and 1 or 2, not b, n = c or "n"}
  assert(t[1] == Or(And(a, 1), 2) and t[2] == Not(b) and t.n == Or(c, "n"))
  local n = 0
  if a and not b or c then n = 1 end assert(n == (Or(And(a, Not(b)), c) and 1 or 0))
  if not (a or b) and not c then n = 2 end assert((n == 2) == (Not(Or(a, b)) and Not(c)))
  while not (not a or b) do n = 3 break end assert((n == 3) == (And(a, Not(b)) and true or false))
end)
local function calls3() return 1, 2, 3 end
print((calls3() or 0), false or calls3(), calls3() and calls3())        --> 1	1	1
local function last() return nil or calls3() end
print(last())                                                            --> 1
local function tail(x) return x and calls3() end
print(tail(true), select("#", tail(true)), tail(false))                  --> 1	1	false
-- Constants are folded without changing the result.
assert((1 and 2) == 2 and (nil and 2) == nil and (false or 1) == 1 and ("" or 1) == "" and (0 and nil) == nil)
assert(not (nil and true) and not not (1 or nil) and (true and false or true))
local a = 1 and 2 or 3
assert(a == 2)
local b = nil and nil or false
assert(b == false)
-- Comparisons as values.
local x = 1 < 2
local y = x == (2 > 1)
local z = not (x ~= y)
assert(x and y and z and (1 < 2) == true and (1 > 2) == false)
local r = {1 < 2, 2 < 1, 1 == 1 and "eq", 1 ~= 1 or "ne"}
assert(r[1] == true and r[2] == false and r[3] == "eq" and r[4] == "ne")
