-- Equality of every kind of value with every other, at places that have settled on any of them; rawequal, which
-- goes another way, says what is right.
local long, other = ("x"):rep(60), ("x"):rep(59) .. "y"
local values = {
  false, true, 0, 1, -1, 5, (1 << 47) - 1, 1 << 47, -(1 << 47), 1 << 60, (1 << 60) + 1, math.maxinteger, math.mininteger,
  0.0, -0.0, 1.0, 0.5, 5.0, 2.0^47, 2.0^60, 2.0^63, -2.0^63, 1/0, -1/0, 0/0,
  "", "a", "b", "1", long, other, ("x"):rep(30) .. ("x"):rep(30), ("x"):rep(61),
  print, type, function() end, {}, {}, coroutine.create(print), coroutine.create(print), io.stdout, io.stderr,
}
local function equal(a, b) return a == b end
local function unequal(a, b) if a ~= b then return true end return false end
local count = 0
for round = 1, 2 do
  for _, a in ipairs(values) do
    for _, b in ipairs(values) do
      assert(equal(a, b) == rawequal(a, b) and unequal(b, a) == not rawequal(a, b))
      if equal(a, b) then count = count + 1 end
    end
    assert(not equal(a, nil) and unequal(nil, a))
  end
end
print(count)  --> 118

-- A string is compared by the order of the locale, whatever the place met before.
local function less(a, b) return a < b end
local function at_most(a, b) if not (a <= b) then return false end return true end
for round = 1, 2 do
  assert(less(1, 2) and not less("b", "a") and less("a", "b") and not less(long, long) and less(long, other))
  assert(at_most("a", "a") and at_most("", "a") and not at_most("b", "a") and at_most(1.5, 2) and at_most(1 << 60, 2.0^60))
  assert(less("a\0b", "a\0c") and not less("a\0c", "a\0b") and less("a", "a\0"))
end
print(pcall(less, "a", 1))  --> false	x_equality.lua:25: attempt to compare string with number
print(pcall(at_most, 1, "a"))  --> false	x_equality.lua:26: attempt to compare number with string

-- Wide integers in variables and temporaries against constants of all kinds.
do
  local x, hits = 1 << 63, 0
  while x ~= 0 do
    if x == 1 or x == nil or x == "a" or x == false or 0 == x then hits = hits + 1 end
    if x == 2.0^62 then hits = hits + 10 end
    if x == 0x4000000000000000 then hits = hits + 100 end
    if x & 0xFF00000000000000 ~= 0 then hits = hits + 1000 end
    if (x ~ 1) == 0 then hits = hits + 10000 end
    if 0 ~= x >> 1 & -1 then hits = hits + 100000 end
    x = x >> 1 & math.maxinteger
  end
  print(hits)  --> 6318111
end

-- The variables of one `local` that are all wide, and used as values of their own afterwards.
do
  local a, b = 1 << 60 ~ 5, 1 << 61 ~ 7
  local c, d, e = a ~ b, b << 1, a
  local f, g = (a ~ c) | 0
  local t = {a, b, c, d, e, f, g}
  a, b, c = 0, 0, 0
  print(t[1], t[2], t[3], t[4], t[5] == t[1], t[6] == t[2], #t)
  --> 1152921504606846981	2305843009213693959	3458764513820540930	4611686018427387918	true	true	6
end
