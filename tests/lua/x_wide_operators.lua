-- Expressions of several operators, whose temporaries are passed on in ways of their own: each is
-- evaluated as a whole and one operator at a time, and both must agree, whatever the operands are.
local seed = 1
local function random(n)
  seed = (seed * 1103515245 + 12345) & 0x7fffffff
  return (seed >> 8) % n + 1
end
local function pick(list) return list[random(#list)] end

local object = setmetatable({}, {})
for _, event in ipairs { "add", "sub", "mul", "mod", "idiv", "band", "bor", "bxor", "shl", "shr",
                         "unm", "bnot", "div" } do
  getmetatable(object)["__" .. event] = function(a, b)
    if coroutine.isyieldable() then coroutine.yield() end
    local left, right = rawequal(a, object), rawequal(b, object)
    return left and right and 0x7654321076543210 or left and 5 or 0x123456789abcdef0
  end
end

local BORDERS <const> = { 0, 1, -1, 2, 3, 7, 63, 64, 65, -5, 1 << 16, 1 << 31, 1 << 32, (1 << 47) - 1, 1 << 47,
  -(1 << 47), -(1 << 47) - 1, 1 << 48, 1 << 62, math.maxinteger, math.mininteger,
  0x9E3779B97F4A7C15, 0x2545f4914f6cdd1d, 0xFFFFFFFF, 0x5555555555555555, 0x0f0f0f0f0f0f0f0f }
local OTHERS <const> = { 1.0, 2.5, 2.0^53, -2.0^63, 1e300, "3", "0x10", "x", object, false }
local OPERATORS <const> = { "+", "-", "*", "%", "//", "&", "|", "~", "<<", ">>", "/" }

local apply = {}
for _, op in ipairs(OPERATORS) do apply[op] = load("local a, b = ... return a " .. op .. " b") end
apply.unm = load("local a = ... return -a")
apply.bnot = load("local a = ... return ~a")

-- An expression: its text, and a function that evaluates it from the values of a, b, c.
local function leaf()
  if random(3) > 1 then
    local name = pick { "a", "b", "c" }
    return name, function(values) return values[name] end
  end
  local constant = BORDERS[random(#BORDERS)]
  return ("(%d)"):format(constant):gsub("%-9223372036854775808", "math.mininteger"),
    function() return constant end
end

local expression

local function rotation()
  local name, n = pick { "a", "b" }, random(66) - 2
  local other = random(4) > 1 and 64 - n or random(64)
  local joint = pick { "|", "~", "+" }
  local first, second = "<<", ">>"
  if random(2) == 1 then first, second = second, first end
  local left, right = apply[first], apply[second]
  if random(2) == 1 then
    return ("((%s %s %d) %s (%s %s %d))"):format(name, first, n, joint, name, second, other),
      function(values)
        local x = values[name]
        local l = left(x, n)
        return apply[joint](l, right(x, other))
      end
  end
  if random(2) == 1 then
    return ("((%s %s c) %s (%s %s 64 - c))"):format(name, first, joint, name, second), function(values)
      local x, l = values[name], left(values[name], values.c)
      return apply[joint](l, right(x, apply["-"](64, values.c)))
    end
  end
  return ("((%s %s 64 - c) %s (%s %s c))"):format(name, first, joint, name, second), function(values)
    local x, l = values[name], left(values[name], apply["-"](64, values.c))
    return apply[joint](l, right(x, values.c))
  end
end

function expression(depth)
  if depth == 0 then return leaf() end
  local kind = random(10)
  if kind == 1 then
    local op, sign = "unm", "-"
    if random(2) == 1 then op, sign = "bnot", "~" end
    local text, value = expression(depth - 1)
    return "(" .. sign .. " " .. text .. ")", function(values) return apply[op](value(values)) end
  elseif kind <= 3 then
    return rotation()
  end
  local op = pick(OPERATORS)
  local left_text, left = expression(random(depth) - 1)
  local right_text, right = expression(random(depth) - 1)
  return ("(%s %s %s)"):format(left_text, op, right_text), function(values)
    local l = left(values)
    return apply[op](l, right(values))
  end
end

local function same(x, y)
  return x == y and math.type(x) == math.type(y) or x ~= x and y ~= y
end

-- What fails says the same; where and by which name is not compared.
local function outcome(ok, value)
  if ok then return value end
  return (value:gsub("^.-:%d+: ", ""):gsub(" %b()", ""))
end

local function check(text, whole, steps, values)
  local expected = outcome(pcall(steps, values))
  local found = outcome(pcall(whole, values.a, values.b, values.c))
  if not same(found, expected) then
    error(("%s: %s instead of %s with %s, %s, %s"):format(text, found, expected, values.a, values.b, values.c))
  end
end

-- The same in a coroutine, where metamethods yield.
local function resumed(whole)
  return function(...)
    local thread, results = coroutine.create(whole), nil
    results = table.pack(coroutine.resume(thread, ...))
    while coroutine.status(thread) ~= "dead" do results = table.pack(coroutine.resume(thread)) end
    if not results[1] then error(results[2], 0) end
    return results[2]
  end
end

local forms = {
  "return function(a, b, c) return %s end",
  "return function(a, b, c) local x = 1; x = %s; return x end",
  "return function(a, b, c) local t = {}; t[1] = %s; return t[1] end",
  "return function(a, b, c) a = a ~ 0; local r = %s; return r end",
}
for _ = 1, os.getenv("FERROUS_GC_STRESS") and 60 or 400 do
  local text, steps = expression(random(4))
  local form = random(#forms)
  local whole = assert(load(forms[form]:format(text)))()
  local reloaded = load(string.dump(load(forms[form]:format(text))))()
  for call = 1, 20 do
    local values = { a = pick(BORDERS), b = pick(BORDERS), c = random(2) == 1 and random(70) - 3 or pick(BORDERS) }
    if call > 8 and random(4) == 1 then values[pick { "a", "b", "c" }] = pick(OTHERS) end
    if form < 4 or math.type(values.a) == "integer" then
      check(text, whole, steps, values)
      check(text, resumed(whole), steps, values)
      if call % 5 == 0 then
        check(text, reloaded, steps, values)
        local events = 0
        debug.sethook(function() events = events + 1 end, "", 1)
        check(text, whole, steps, values)
        debug.sethook()
        assert(events > 0)
      end
    end
  end
end

-- Every rotation by a constant and by a variable, of small and of wide integers.
local function left(x, n) return x << n | x >> 64 - n end
local function right(x, n) return (x >> n) ~ (x << (64 - n)) end
for n = -2, 66 do
  local by_constant = load(("local x = ... return x << %d | x >> %d"):format(n, 64 - n))
  for _, x in ipairs(BORDERS) do
    local l, r = x << n, x >> 64 - n
    assert(left(x, n) == l | r and right(x, 64 - n) == r ~ l and by_constant(x) == l | r)
  end
end
-- Bits that meet, and 32-bit words.
local function meet(x) return x << 3 | x >> 5, (x << 3) + (x >> 5), (x << 3) ~ (x >> 5), x >> 7 | x << 25 end
print(meet(0x12345678))
print(meet(0x9E3779B97F4A7C15))
--> 2444473331	2452903539	2436043123	10248191134165164
--> -721702046511926296	-671729475858320248	-771674617165532344	8358398314499970296
-- Names in messages are those of the operators' operands.
local function message(...) return (select(2, pcall(...)):gsub("^.-:%d+: ", "")) end
print(message(function(word) return word << 3 | word >> 61 end, {}))
print(message(function(word, n) return word << n | word >> 64 - n end, 1, {}))
print(message(function(word, other) return (word << 3 | word >> 61) ~ other end, 1, {}))
print(message(function(word) return (word << 3 ~ word) & word.x end, 1))
--> attempt to perform bitwise operation on a table value (local 'word')
--> attempt to perform bitwise operation on a table value (local 'n')
--> attempt to perform bitwise operation on a table value (local 'other')
--> attempt to index a number value (local 'word')
