-- Integers of more than 48 bits in local variables and temporaries: every way a value can leave a
-- register must give a value of its own, which later changes of the variable do not touch.
local A <const>, B <const> = 0x9E3779B97F4A7C15, 0x2545f4914f6cdd1d

-- Two wide values by way of a table, where no register is involved.
local T = { A, B }

-- Copies.
do
  local a = A ~ B << 3
  local before = a
  local kept = { a, x = a, [a] = a }
  a = a * 3 ~ B
  local c = a
  a = a + c ~ 1
  print(before, a, c)
  print(kept[1] == before, kept.x == before, kept[before] == before)
  print(next({ [a ~ 0] = true }) == a, #{ a, a, a ~ 1 })
end

-- Swaps, rotations, and a variable that is target and operand at once.
do
  local a, b = A, B
  for _ = 1, 5 do a, b = b, a ~ b << 1 end
  print(a, b)
  local c, d, e = a ~ b, a * b, a - b
  c, d, e = e ~ 1, c << 1, d + 1
  c, d = d, c
  T[c & 1], c, T[3] = c, c * 3, c
  print(c, d, e, T[0], T[1], T[3])
  local key = a ~ 5 << 40
  T[key], key = key, key * 7
  print(key, T[a ~ 5 << 40])
end

-- Arguments, results, varargs, tail calls.
do
  local function pass(...) return ... end
  local function last(x) x = x ~ x >> 7; return x end
  local function both(x, y) x = x * B; y = y ~ x; return x, y, x end
  local function tail(x) x = x ~ A << 2; return pass(x, x ~ 1) end
  local a = A * B
  print(pass(a, a ~ 1, a + 0), last(a), both(a, a), tail(a))
  print(select("#", pass(a, pass(a ~ a << 9))), a)
end

-- Captured before, between and after assignments, in loops as well.
do
  local get = {}
  local a = A
  get[1] = function() return a end
  a = a ~ a << 13
  get[2] = function() a = a * 3; return a end
  a = a ~ a >> 7
  print(get[1](), get[2](), a, get[1]())
  for i = 1, 3 do
    local x = A * i ~ B
    x = x ~ x << 5
    if i > 1 then get[i] = function() x = x ~ x >> 3; return x end end
    x = x + i * B
  end
  print(get[2](), get[3](), get[2](), get[3]())
  local late = A ~ 77 << 50
  late = late * B
  local function read() return late end
  late = late ~ 1
  print(read(), late)
end

-- A label behind which control comes back.
do
  local n, seen, x = 0, {}, A
  ::again::
  seen[#seen + 1] = x
  x = x * B ~ x >> 11
  n = n + 1
  if n < 4 then goto again end
  print(table.concat(seen, " "), x)
end
local function outer_label(x)
  local n, s = 0, {}
  ::again::
  s[#s + 1] = x
  x = x ~ x << 13
  x = x * A
  n = n + 1
  if n < 4 then goto again end
  return table.concat(s, " "), x
end
print(outer_label(5))

-- Truth, equality, order, conditional values.
do
  local a, b = A ~ B << 1, A ~ B << 1
  b = b ~ 1
  b = b ~ 1
  local c = b ~ 2
  print(a == b, a ~= b, a == c, a < c, a <= b, c > a, not a, a and 1, a == A ~ B << 1)
  print(a == a + 0.0, a < 0, a > -1, a < math.huge, a <= 2^62, 0x7fffffffffffffff < a ~ a >> 1)
  local d = a > 0 and a ~ b or c ~ 1
  local e = a
  e = e < 0 and e * 3 or e ~ 5
  print(d, e, a or b, (a ~ 0) == b)
  local count = 0
  while a ~= 0 do a = a & a - 1; count = count + 1 end
  print(count)
end

-- Operators that do not make integers, and conversions.
local function message(f) return (select(2, pcall(f, 3)):gsub("^.-:%d+: ", "")) end
do
  local a = A ~ B << 7
  print(a / 2, a ^ 2, a * 0.5, (a >> 11) * 2.0^-53, a .. "", a .. a, #tostring(a), -a, ~a)
  print(a % 1000, a // 3, a % -7, 5 // a, a % 2.5, math.type(a ~ 1), ("%x"):format(a), "10" + a)
  print(message(function(x) x = x ~ A << 1; return x.field end))
  print(message(function(x) x = x ~ A << 1; return x() end))
  print(message(function(x) x = x ~ A << 1; return #x end))
  print(message(function(x) x = x ~ A << 1; return x < "1" end))
  print(message(function(x) x = x ~ A << 1; return x + {} end))
  print(message(function(x) x = x ~ A << 1; return (x * 3 ~ 1) & 1.5 end))
  print(message(function(x) x = x ~ A << 1; x.y = 1 end))
end

-- Metamethods take and give them.
do
  local meta = setmetatable({}, {
    __add = function(x, y) return math.type(x) or math.type(y) end,
    __bxor = function(x, y) return type(x) == "number" and x or y end,
    __index = function(_, k) return k end,
    __lt = function(x, y) return type(x) == "number" end,
    __concat = function(x, y) return type(x) == "number" and x or y end,
    __call = function(_, x) return x end,
  })
  local a = A * B ~ A
  print(a + meta, a ~ meta, meta ~ a * 3, meta[a], a < meta, meta < a, a .. meta, meta(a ~ 1))
  local r = (a ~ 5 << 3) ~ meta
  r = r ~ 1
  print(r, (meta ~ (a << 1)) + 1)
end

-- Coroutines keep their registers; stacks grow and move while wide values are on them.
do
  local function generate(x)
    while true do
      x = x ~ x << 13
      x = x ~ x >> 7
      local sent = coroutine.yield(x)
      x = x ~ (sent or 0)
    end
  end
  local g, h = coroutine.wrap(generate), coroutine.wrap(generate)
  local s = 0
  g(A); h(B)
  for i = 1, 10 do s = s ~ g(i) * 3 + h(s) end
  print(s)
  local function deep(n, x)
    x = x * A ~ n
    if n == 0 then return x end
    local below = deep(n - 1, x) ~ x << 1
    return below ~ x
  end
  print(deep(150, 1), coroutine.wrap(deep)(150, 2))
end

-- Errors leave frames behind; variables of frames that stay are as they were.
do
  local x = A
  for i = 1, 3 do
    x = x * B ~ i
    local ok, e = pcall(function(y)
      y = y ~ y << 3
      error(y ~ 1, 0)
    end, x)
    print(ok, e, x)
  end
end

-- Loops: bounds, steps and control variables.
do
  local first = A & ~(15 << 60)
  first = first ~ 3 << 55
  local limit = first + 3
  for i = first, limit do
    local j = i
    j = j ~ 1 << 62
    i = i * 3
    print(i, j)
  end
  for i = limit, first, -(limit - first ~ 0) do print(i) end
  local t = {}
  for k, v in pairs({ [first ~ 0] = limit ~ 0 }) do
    v = v * 3
    t[v] = k
  end
  print(next(t))
end

-- The debug library sees and sets them.
do
  local a = A ~ B << 2
  local b = a * B
  local function locals(level)
    local found = {}
    for i = 1, math.huge do
      local name, value = debug.getlocal(level + 1, i)
      if not name then break end
      if name == "a" or name == "b" then found[#found + 1] = name .. "=" .. tostring(value) end
    end
    return table.concat(found, " ")
  end
  print(locals(1))
  a = a ~ b << 1
  print(locals(1), a ~ 0)
  for i = 1, math.huge do
    local name = debug.getlocal(1, i)
    if name == "a" then debug.setlocal(1, i, b) break end
  end
  b = b ~ 1
  print(a, b)
  local trace = {}
  debug.sethook(function() trace[#trace + 1] = locals(2) end, "l")
  b = b * 3
  a = a ~ b
  debug.sethook()
  print(trace[1], trace[2], trace[3])
end

-- Constructors, upvalues of other functions, string building.
do
  local up = 0
  local function add(x) up = up ~ x * A; return up end
  local a = A ~ B
  a = a << 1 | 1
  local t = { a, a * 3, { a ~ 1 }, a = a, b = a ~ 2, [a] = a << 3, add(a), add(a ~ 1) }
  a = a * 5
  print(t[1], t[2], t[3][1], t.a, t.b, t[t[1]], t[4], t[5], up, a)
  print(string.format("%d %016x %s", a, a ~ 1, a), (" "):rep(2, a ~ 3), math.ult(a, a ~ 1), math.abs(a))
  collectgarbage()
  print(a, a ~ 1, t[1] ~ a)
end

-- The output, as the reference gives it.
--> -5469378536258366211	8223227743925618645	4111613871962809322
--> true	true	true
--> true	3
--> 1564616090804394001	-1754011592157670261
--> -6000709207229281380	3318627682962064263	2349642849498768700	-2000236402409760460	-7046029254386353131	-2000236402409760460
--> -7494392955171821449	1564621588362532881
--> -358906422883635359	-363980870959039681	-7772837621816222979	-8946103347350085835	-8946103347350085836
--> 2	-358906422883635359
--> 8206217113781226925	6171907267634129159	6171907267634129159	6171907267634129159
--> -7634419202502362669	9011380382744739886	-8877514972945357079	8263825904682209323
--> 3323912172398587744	3323912172398587744
--> -7046029254386353131 -353762996897069522 -8392743389701717618 -6204407971418424994	1833309163159283121
--> 5 -4383884603601875863 -3515468570649231203 8914396987567061217	-8865572079169698187
--> true	false	false	false	true	false	false	1	true
--> false	true	false	true	true	false
--> -3117457842868337108	9094370545104540301	-3117457842868337105	true
--> 33
--> 2.1906060103974e+18	1.9195018771157e+37	2.1906060103974e+18	0.23750597955327	4381212020794782357	43812120207947823574381212020794782357	19	-4381212020794782357	-4381212020794782358
--> 357	1460404006931594119	-5	0	0.5	integer	3ccd311ec924f295	4381212020794782367
--> attempt to index a number value (local 'x')
--> attempt to call a number value (local 'x')
--> attempt to get length of a number value (local 'x')
--> attempt to compare number with string
--> attempt to perform arithmetic on a table value
--> number has no integer representation
--> attempt to index a number value (local 'x')
--> integer	7292331908311044980	3430251651223583324	7292331908311044980	true	false	7292331908311044980	7292331908311044981
--> 7292331908311044957	-3862080257087461655
--> 1307648167968371629
--> -2149171999205859993	5221231979537162396
--> false	2532057179771065441	-358906422883635360
--> false	1729495151535248115	7988084794156989922
--> false	-989345649021093808	2159028810121747609
--> 3397523006755402815	5744193687345855509
--> 3397523006755402818	5744193687345855510
--> 3397523006755402821	5744193687345855511
--> 3397523006755402824	5744193687345855512
--> 1132507668918467608
--> 1132507668918467605
--> 3397523006755402824	1132507668918467605
--> a=801829833615673441 b=8102695888454791165
--> a=-1457558748871370853 b=8102695888454791165	-1457558748871370853
--> 8102695888454791165	8102695888454791164
--> a=8102695888454791165 b=8102695888454791164	a=8102695888454791165 b=5861343591654821876	a=2388352604091752457 b=5861343591654821876
--> 8567282798657618449	7255104322263303731	8567282798657618448	8567282798657618449	8567282798657618451	-5248713905577258872	18586839707330405	7082058064290286645	7082058064290286645	5942925845868989013
--> 5942925845868989013 52798391e1824a54 5942925845868989013	 5942925845868989014 	false	5942925845868989013
--> 5942925845868989013	5942925845868989012	2638152538117834820
