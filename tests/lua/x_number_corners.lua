-- Operators on numbers that are neither small integers nor plain doubles, each against another way to compute it.
local function same(a, b) return string.format("%a %s", a, math.type(a)) == string.format("%a %s", b, math.type(b)) end

-- Modulo and floor division of doubles: fmod and floor of the library.
local doubles = {0.0, -0.0, 0.1, -0.1, 0.5, 1.0, -1.0, 1.5, 2.0, 3.0, -3.0, 5.25, 77.7, -77.7, 359.99999999999994, 360.0,
  -360.0, 720.0, 1e5 + 1/3, -1e5 - 1/3, 2.0^20, 2.0^20 + 1, 2.0^32 - 0.25, -2.0^32, 2.0^52 + 1, -2.0^52, 2.0^53, 1e18,
  -1e18, 1e300, -1e300, 5e-324, 1/0, -1/0, 0/0, 3 - 2.0^-51, 6 - 2.0^-50, 7 * 0.1 * 10}
local function modulo(a, b)
  local r = math.fmod(a, b)
  if r ~= 0 and (r < 0) ~= (b < 0) then r = r + b end
  return r
end
local function quotient(a, b)
  local q = a / b
  if q ~= q or q == 1/0 or q == -1/0 or q == 0 then return q end
  local whole = math.floor(q) + 0.0
  return whole == 0 and q < 0 and -0.0 or whole
end
local count = 0
for _, a in ipairs(doubles) do
  for _, b in ipairs(doubles) do
    local r, q = a % b, a // b
    assert(r ~= r and modulo(a, b) ~= modulo(a, b) or same(r, modulo(a, b)), a .. " % " .. b)
    assert(q ~= q and a / b ~= a / b or same(q, quotient(a, b)), a .. " // " .. b)
    count = count + 1
  end
  assert(a ~= a or a == 1/0 or a == -1/0 or same(a % 1, modulo(a, 1.0)) and same(a % 360, modulo(a, 360.0)))
  assert(a ~= a or same(a // 1, quotient(a, 1.0)) and same(a // -7, quotient(a, -7.0)))
end
print(count)  --> 1444

-- Quotients that are rounded up to a whole number have a remainder all the same.
for n = 1, 2000 do
  local below = n * 3.0 - n * 3.0 * 2.0^-53
  assert(same(below % 3, modulo(below, 3.0)) and same(-below % 3, modulo(-below, 3.0)))
end

-- Shifts by any count, against doubling and halving.
local function shifted(x, n)
  for _ = 1, n do x = x + x end
  for _ = 1, -n do x = (x >> 1) end
  return x
end
for _, x in ipairs {1, -1, 5, 0x7FFF00000000, 1 << 62, 0x123456789ABCDEF0, -2} do
  for n = -70, 70 do
    assert(x << n == shifted(x, n) and x >> n == shifted(x, -n))
    assert(x << n + 0.0 == shifted(x, n))
  end
end
for _, n in ipairs {64, 100, 1 << 40, 1 << 50, math.maxinteger, math.mininteger, -64, -(1 << 50)} do
  assert(1 << n == 0 and -1 >> n == 0 and 3.0 << n == 0)
end
print(pcall(function(n) return 1 << n end, 0.5))
--> false	x_number_corners.lua:53: number (local 'n') has no integer representation
print(pcall(function(n) return 1 << n end, {}))
--> false	x_number_corners.lua:55: attempt to perform bitwise operation on a table value (local 'n')

-- Doubles that stand for integers as operands, first and second, in registers and constants, small and wide.
local function all(a, b) return a & b, a | b, a ~ b, a << b, a >> b end
local function constants(a) return a & 255.0, 3.0 | a, a ~ 2.0, a << 2.0, 2.0^40 >> a, 1 << a end
local plain, mixed = table.pack(all(1 << 50, 5)), {{2.0^50, 5}, {1 << 50, 5.0}, {2.0^50, 5.0}}
for _ = 1, 3 do
  for _, pair in ipairs(mixed) do
    local r = table.pack(all(pair[1], pair[2]))
    for i = 1, plain.n do assert(same(r[i], plain[i])) end
  end
  for _, a in ipairs {7, -1, 70, 1 << 60} do
    local r, expected = table.pack(constants(a + 0.0)), {a & 255, 3 | a, a ~ 2, a << 2, (1 << 40) >> a, 1 << a}
    for i = 1, r.n do assert(same(r[i], expected[i])) end
  end
end
do
  local x = 2.0^61
  local y = (x ~ 1.0) << 1 | 2.0^3
  local z = y * 3 & x | 1
  print(y, z, 2.0^62 & 2.0^62, ~2.0^62)  --> 4611686018427387914	1	4611686018427387904	-4611686018427387905
end
print(pcall(all, 2.0^63, 1))  --> false	x_number_corners.lua:59: number (local 'a') has no integer representation

-- Loops over integers that are wide, or become so or cease to be on the way.
local function sum(from, to, step)
  local total, rounds = 0, 0
  for i = from, to, step do total, rounds = total ~ i, rounds + 1 end
  return total, rounds
end
print(sum((1 << 47) - 3, (1 << 47) + 3, 1))  --> 140737488355324	7
print(sum((1 << 47) + 3, (1 << 47) - 3, -2))  --> 0	4
print(sum(-(1 << 47) - 200, -(1 << 47) + 200, 3))  --> 281474976710655	134
print(sum(math.maxinteger - 1000, math.maxinteger, 7))  --> 9223372036854775488	143
print(sum(math.mininteger, math.mininteger + 5, math.maxinteger))  --> -9223372036854775808	1
do
  local kept, closures = {}, {}
  for i = 1 << 60, (1 << 60) + 300 do
    kept[#kept + 1] = i
    closures[#closures + 1] = function() i = i + 1; return i end
  end
  for n = 1, 301 do assert(kept[n] == (1 << 60) + n - 1 and closures[n]() == kept[n] + 1) end
end

-- math.random(0) takes all bits, as it does when it is called from C.
do
  math.randomseed(42)
  local first = {}
  for i = 1, 100 do first[i] = math.random(0) end
  math.randomseed(42)
  local ones, zeros = 0, -1
  for i = 1, 100 do
    local called, x = pcall(math.random, 0)
    assert(called and x == first[i] and math.type(x) == "integer")
    ones, zeros = ones | x, zeros & x
  end
  print(ones, zeros)  --> -1	0
end

-- Remainders of wide integers, of all signs.
do
  local b = {7, -7, 1000003, -1000003, 1 << 50, -(1 << 50), math.maxinteger, math.mininteger, 1, -1}
  for _, a in ipairs {1 << 60, -(1 << 60), (1 << 60) + 3, math.mininteger, math.maxinteger, -(1 << 50), 1 << 50} do
    for _, d in ipairs(b) do
      local r = (a ~ 0) % d
      assert(r == a - a // d * d and (r == 0 or (r < 0) == (d < 0)))
    end
  end
  print(pcall(function(a, d) return (a ~ 0) % d end, 1 << 60, 0))
  --> false	x_number_corners.lua:124: attempt to perform 'n%0'
end
