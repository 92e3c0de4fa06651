-- Manual 3.4.8: precedence and associativity.
assert(2 + 3 * 4 == 14 and (2 + 3) * 4 == 20 and 2 * 3 % 4 == 2 and 7 // 2 * 2 == 6 and 2 - 3 - 4 == -5)
assert(2 ^ 3 ^ 2 == 2 ^ 9 and -2 ^ 2 == -4 and (-2) ^ 2 == 4 and 2 ^ -1 == 0.5 and -2 ^ -2 == -0.25)
assert(not nil == true and not (nil == true) and not 1 == 2 == false)
assert(1 .. 2 == "12" and "a" .. 1 + 2 == "a3" and 1 + 2 .. "" == "3")
assert(1 << 2 + 1 == 8 and not pcall(load'return 1 << 2 .. ""'))
assert(5 & 3 | 8 == 9 and 1 | 2 ~ 3 == 1 and 6 & 3 == 2 == true)
assert((1 | 2 & 4) == 1 and (7 ~ 2 & 3) == 5 and (1 << 1 | 1) == 3 and (8 >> 1 & 4) == 4)
assert((1 < 2) == true and 1 < 2 == true and "x" < "y" == not false)
assert((1 or 2 and nil) == 1 and (nil and 1 or 2) == 2 and (false == nil or 3) == 3)
assert(-3 % 5 == 2 and -(3 % 5) == -3 and - -3 == 3 and not not nil == false and ~-1 == 0 and -~0 == 1)
assert(#"abc" + 1 == 4 and -#"abc" == -3 and #"a" .. "b" == "1b" and 2 ^ #"abc" == 8)
assert(1 + 1 == 2 and 1 + 1 ~= 3 and 2 * 2 > 3 and 2 * 2 >= 4 and not (2 * 2 < 4))
assert((2 * 3 // 4 * 5 % 6) == ((((2 * 3) // 4) * 5) % 6))
assert(100 - 10 // 3 * 2 + 1 == 95 and 1 - -1 == 2 and 3 --[[c]] - --x
  1 == 2)
local t = {f = function(x) return x end}
assert(-t.f(2) ^ 2 == -4 and not t.f(nil) and #t.f"abc" == 3 and -t.f{3}[1] == -3)
assert(("x"):rep(3) .. "y" == "xxxy" and (t).f(1) == 1)
-- A long row of operators, left and right associative, and deep parentheses.
local left, right = {}, {}
for i = 1, 150 do left[i] = "1" right[i] = "'a'" end
assert(load("return " .. table.concat(left, "-"))() == -148)
assert(#load("return " .. table.concat(right, ".."))() == 150)
assert(load("return " .. ("("):rep(150) .. "7" .. (")"):rep(150))() == 7)
assert(load("return " .. ("-"):rep(1) .. (" -"):rep(149) .. "7")() == 7)
assert(load("return " .. ("not "):rep(151) .. "nil")() == true)
-- Random expressions: fully parenthesised by a tiny parser of our own, and left as they are.
local binary = {{"or", 1}, {"and", 2}, {"<", 3}, {"==", 3}, {"|", 4}, {"~", 5}, {"&", 6}, {"<<", 7}, {"+", 9}, {"-", 9}, {"*", 10}, {"//", 10}, {"%", 10}}
local seed = 42
local function random(n) seed = (seed * 1103515245 + 12345) & 0x7fffffff return seed // 65536 % n + 1 end
local function generate()
  local items = {tostring(random(9))}
  for _ = 1, random(6) do items[#items + 1] = binary[random(#binary)] items[#items + 1] = tostring(random(9)) end
  return items
end
local function parenthesise(items)
  local pos = 1
  local function expression(limit)
    local l = items[pos] pos = pos + 1
    while items[pos] and items[pos][2] > limit do
      local op = items[pos] pos = pos + 1
      l = "(" .. l .. " " .. op[1] .. " " .. expression(op[2]) .. ")"
    end
    return l
  end
  return expression(0)
end
local compared = 0
for _ = 1, 2000 do
  local items = generate()
  local flat = {}
  for i, item in ipairs(items) do flat[i] = type(item) == "table" and item[1] or item end
  local plain, full = load("return " .. table.concat(flat, " "), "=x"), load("return " .. parenthesise(items), "=x")
  local ok1, v1 = pcall(plain)
  local ok2, v2 = pcall(full)
  assert(ok1 == ok2 and v1 == v2, table.concat(flat, " "))
  -- and with the numbers in variables, so that nothing is folded
  local names = {}
  for i, s in ipairs(flat) do names[i] = tonumber(s) and "n[" .. s .. "]" or s end
  local ok3, v3 = pcall(load("local n = ... return " .. table.concat(names, " "), "=x"), {1, 2, 3, 4, 5, 6, 7, 8, 9})
  assert(ok1 == ok3 and (v1 == v3 or not ok1), table.concat(names, " "))
  compared = compared + (ok1 and 1 or 0)
end
assert(compared > 500)
