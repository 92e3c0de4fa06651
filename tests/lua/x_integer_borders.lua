-- Integers around 2^47, 2^48 and 2^63: every operator against an independent computation
-- on digits (base 2^16 limbs held in floats), which never uses wide integers itself.
local LIMBS, BASE = 4, 65536.0

-- The two's complement limbs of an integer, least significant first.
local function limbs(n)
  local text = ("%016x"):format(n)
  local r = {}
  for i = 1, LIMBS do r[i] = tonumber(text:sub(17 - 4 * i, 20 - 4 * i), 16) + 0.0 end
  return r
end
local function text(r)
  local s = ""
  for i = LIMBS, 1, -1 do s = s .. ("%04x"):format(math.floor(r[i])) end
  return s
end
local function carry(r)
  local c = 0.0
  for i = 1, LIMBS do
    local v = r[i] + c
    c = (v - v % BASE) / BASE
    r[i] = v % BASE
  end
  return r
end
local function add(a, b) local r = {} for i = 1, LIMBS do r[i] = a[i] + b[i] end return carry(r) end
local function negate(a) local r = {} for i = 1, LIMBS do r[i] = BASE - 1 - a[i] end r[1] = r[1] + 1 return carry(r) end
local function multiply(a, b)
  local r = {0.0, 0.0, 0.0, 0.0}
  for i = 1, LIMBS do
    local row = {0.0, 0.0, 0.0, 0.0}
    for j = 1, LIMBS - i + 1 do row[i + j - 1] = a[i] * b[j] end
    r = add(r, carry(row))
  end
  return r
end
local function less(a, b)   -- signed
  local sa, sb = a[LIMBS] >= BASE / 2, b[LIMBS] >= BASE / 2
  if sa ~= sb then return sa end
  for i = LIMBS, 1, -1 do if a[i] ~= b[i] then return a[i] < b[i] end end
  return false
end
local function bitwise(a, b, rule)
  local r = {}
  for i = 1, LIMBS do
    local x, y, v, bit = a[i], b[i], 0.0, 1.0
    for _ = 1, 16 do v = v + bit * rule(x % 2, y % 2) x, y, bit = (x - x % 2) / 2, (y - y % 2) / 2, bit * 2 end
    r[i] = v
  end
  return r
end

local samples = {}
for _, base in ipairs {0, 1 << 46, 1 << 47, 1 << 48, 1 << 52, 1 << 53, 1 << 62, math.maxinteger, math.mininteger} do
  for d = -2, 2 do samples[#samples + 1] = base + d samples[#samples + 1] = -(base + d) end
end
for _, n in ipairs {3, 7, 10, 1000, 65535, 0x12345678, 0x123456789ABC, 0x7FFF00000000, 0x123456789ABCDEF0, 3037000500, 11863283} do samples[#samples + 1] = n samples[#samples + 1] = -n end

local function hex(n) return ("%016x"):format(n) end
local pairs_checked = 0
local stress = os.getenv("FERROUS_GC_STRESS")
local step = stress and 41 or 1   -- a pair allocates about 200 times
for i, a in ipairs(samples) do
  local la = limbs(a)
  assert(hex(-a) == text(negate(la)) and hex(~a) == text(bitwise(la, la, function(x) return 1 - x end)))
  assert(math.type(a) == "integer" and tonumber(tostring(a)) == a and math.tointeger(a) == a)
  for j = (i - 1) % step + 1, #samples, step do
    local b = samples[j]
    local lb = limbs(b)
    pairs_checked = pairs_checked + 1
    assert(hex(a + b) == text(add(la, lb)), a .. "+" .. b)
    assert(hex(a - b) == text(add(la, negate(lb))), a .. "-" .. b)
    assert(hex(a * b) == text(multiply(la, lb)), a .. "*" .. b)
    assert((a < b) == less(la, lb) and (b > a) == less(la, lb) and (a <= b) == not less(lb, la) and (b >= a) == not less(lb, la))
    assert((a == b) == (text(la) == text(lb)) and (a ~= b) == (text(la) ~= text(lb)) and rawequal(a, b) == (a == b))
    assert(hex(a & b) == text(bitwise(la, lb, function(x, y) return x * y end)))
    assert(hex(a | b) == text(bitwise(la, lb, function(x, y) return x + y - x * y end)))
    assert(hex(a ~ b) == text(bitwise(la, lb, function(x, y) return (x + y) % 2 end)))
    if b ~= 0 then
      local q, r = a // b, a % b
      assert(hex(a) == text(add(multiply(limbs(q), lb), limbs(r))))
      assert(r == 0 or (less(limbs(r), limbs(0)) == less(lb, limbs(0))))
      local abs_r, abs_b = less(limbs(r), limbs(0)) and negate(limbs(r)) or limbs(r), less(lb, limbs(0)) and negate(lb) or lb
      local function unsigned_less(x, y) for k = LIMBS, 1, -1 do if x[k] ~= y[k] then return x[k] < y[k] end end return false end
      assert(unsigned_less(abs_r, abs_b), a .. "%" .. b)
    end
    local t = {[a] = "a"}
    assert((t[b] == "a") == (a == b))
    assert(math.ult(a, b) == (hex(a) < hex(b)) and math.max(a, b) == (a < b and b or a) and math.min(a, b) == (b < a and b or a))
    assert(a / b == (a + 0.0) / (b + 0.0) or a / b ~= a / b)
  end
end
assert(pairs_checked == #samples * #samples or stress and pairs_checked > 250)

-- The same through constants, increments, loops, table fields, upvalues, string conversion and formats.
for _, n in ipairs(samples) do
  local literal = n == math.mininteger and "math.mininteger" or tostring(n)
  for _, k in ipairs {1, -1, 2, 100, 127, -128, 255, 1000} do
    local f = load("local x = ... return x + " .. k .. ", x - " .. k .. ", x * " .. k .. ", " .. k .. " - x, x // " .. k .. ", x % " .. k .. ", x & " .. k .. ", x | " .. k .. ", x ~ " .. k .. ", x << 1, x >> 1")
    local v = ("return %s + (%d), %s - (%d), %s * (%d), (%d) - %s, %s // (%d), %s %% (%d), %s & (%d), %s | (%d), %s ~ (%d), %s << 1, %s >> 1"):gsub("%%s", function() return "(" .. literal .. ")" end):gsub("%%d", tostring(k)):gsub("%%%%", "%%")
    local folded = table.pack(load(v)())
    local run = table.pack(f(n))
    for i = 1, run.n do assert(run[i] == folded[i] and math.type(run[i]) == "integer", literal .. " " .. k .. " #" .. i) end
  end
end
local counter = {n = (1 << 47) - 3}
for _ = 1, 6 do counter.n = counter.n + 1 end
assert(counter.n == (1 << 47) + 3)
for _ = 1, 6 do counter.n = counter.n - 1 end
assert(counter.n == (1 << 47) - 3)
local up = -(1 << 47) + 2
local function down() up = up - 1 return up end
for i = 1, 5 do assert(down() == -(1 << 47) + 2 - i) end
local sum = 0
for i = (1 << 47) - 5, (1 << 47) + 5 do sum = sum + i end
assert(sum == 11 * (1 << 47))
print(("%d %i %x %5.0f"):format(1 << 47, -(1 << 47) - 1, (1 << 47) - 1, 1 << 48))    --> 140737488355328 -140737488355329 7fffffffffff 281474976710656
-- Wide integers are values: distinct boxes are equal everywhere.
local a, b = (1 << 60) + 1, tonumber("1152921504606846977")
assert(a == b and rawequal(a, b) and ({[a] = 1})[b] == 1 and not (a < b) and a <= b and #{[a] = 1} == 0 and next({[a] = true}) == b)
local keys = {}
for i = 1, 1000 do keys[(1 << 50) + i] = i keys[-(1 << 50) - i] = -i end
for i = 1, 1000 do assert(keys[(1 << 50) + i] == i and keys[-(1 << 50) - i] == -i) end
for i = 1, 1000 do keys[(1 << 50) + i] = nil end
local left = 0
for k, v in pairs(keys) do left = left + 1 assert(k == -(1 << 50) + v) end
assert(left == 1000)
assert(string.pack("<i8", 1 << 55) == "\0\0\0\0\0\0\x80\0" and ("x"):rep(3):sub(1, 1 << 60) == "xxx" and select("#", table.unpack({}, 1 << 60, (1 << 60) + 3)) == 4)
-- Floats that are integers meet wide ones.
assert(2.0^50 == 1 << 50 and (1 << 50) == 2.0^50 and ({[2.0^50] = "x"})[1 << 50] == "x" and (1 << 50) + 0.5 > 1 << 50 and (1 << 47) // 1.0 == 2.0^47)
assert(math.type((1 << 47) + 0.0) == "float" and math.tointeger(2.0^47) == 1 << 47 and (1 << 47 | 0) == (2.0^47 | 0))
