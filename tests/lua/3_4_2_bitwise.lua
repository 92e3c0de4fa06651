-- Manual 3.4.2: bitwise operators.
print(0xF0 & 0x3C, 0xF0 | 0x0F, 0xF0 ~ 0x3C, ~0, 1 << 4, 256 >> 4)      --> 48	255	204	-1	16	16
print(1 << 63, 1 << 64, 1 << 65, 1 << -1, -1 >> 1, -1 >> 63, -1 >> 64)   --> -9223372036854775808	0	0	0	9223372036854775807	1	0
print(2 >> -1, 2 << -1, 1 << math.maxinteger, 1 << math.mininteger, -1 >> math.mininteger, 1 >> -63)  --> 4	1	0	0	0	-9223372036854775808
print(2.0 & 3, 3.0 ~ 1, ~0.0, 1 << 2.0, -1.0 >> 60)                      --> 2	2	-1	4	15
print(math.maxinteger & math.mininteger, math.maxinteger | math.mininteger, ~math.mininteger == math.maxinteger)  --> 0	-1	true

-- Bit by bit against a slow model.
local function bits(n) local t = {} for i = 0, 63 do t[i] = n >> i & 1 end return t end
local function number(t) local n = 0 for i = 63, 0, -1 do n = n * 2 + t[i] end return n end
local samples = {0, 1, -1, 2, 0x5555555555555555, -0x5555555555555556, 1 << 46, 1 << 47, 1 << 48, (1 << 47) - 1,
                 -(1 << 47), -(1 << 47) - 1, math.maxinteger, math.mininteger, 0x123456789ABCDEF, 255}
for _, a in ipairs(samples) do
  local x = bits(a)
  assert(number(x) == a)
  for _, b in ipairs(samples) do
    local y = bits(b)
    local conj, disj, excl = {}, {}, {}
    for i = 0, 63 do
      conj[i] = x[i] * y[i]
      disj[i] = x[i] + y[i] - x[i] * y[i]
      excl[i] = (x[i] + y[i]) % 2
    end
    assert(a & b == number(conj) and a | b == number(disj) and a ~ b == number(excl))
  end
  for shift = -70, 70 do
    local left = {}
    for i = 0, 63 do left[i] = x[i - shift] or 0 end
    assert(a << shift == number(left) and a >> -shift == number(left))
    assert(load("local a = ... return a << " .. shift)(a) == number(left))
    assert(load("local a = ... return a >> " .. shift)(a) == a >> shift)
    assert(load("local s = ... return " .. (a == math.mininteger and "math.mininteger" or a) .. " << s")(shift) == number(left))
  end
  assert(~a == -a - 1 and ~~a == a)
end

-- Errors.
local function e(s, ...) local ok, m = pcall(load(s, "=e"), ...) return m end
print(e"return 1.5 & 1")                     --> e:1: number has no integer representation
print(e"return 2^63 | 0")                    --> e:1: number has no integer representation
print(e"return ~(0/0)")                      --> e:1: number has no integer representation
print(e"return '10' & 6")                    --> e:1: attempt to perform bitwise operation on a string value (constant '10')
print(e"local s = '3' return ~s")            --> e:1: attempt to perform bitwise operation on a string value (local 's')
print(e"return '1.5' & 1")                   --> e:1: attempt to perform bitwise operation on a string value (constant '1.5')
print(e"return 'x' & 1")                     --> e:1: attempt to perform bitwise operation on a string value (constant 'x')
print(e"return {} & 1")                      --> e:1: attempt to perform bitwise operation on a table value
print(e"local a; return a | 1")              --> e:1: attempt to perform bitwise operation on a nil value (local 'a')
print(e"local t = {} return t.flags & 1")    --> e:1: attempt to perform bitwise operation on a nil value (field 'flags')
print(e"local t = {flags = 1.5} return t.flags & 1")   --> e:1: number (field 'flags') has no integer representation
print(e"local a = 1.5 return a << 1")        --> e:1: number (local 'a') has no integer representation
print(e"local a = 1.5 return 1 << a")        --> e:1: number (local 'a') has no integer representation
print(e"return 1 << nil")                    --> e:1: attempt to perform bitwise operation on a nil value
print(e"return ~nil")                        --> e:1: attempt to perform bitwise operation on a nil value
print(e"return ~1.5")                        --> e:1: number has no integer representation
print(e"local a, b = 1, {} return a ~ b")    --> e:1: attempt to perform bitwise operation on a table value (local 'b')
print(e"return 1.5 & {}")                    --> e:1: attempt to perform bitwise operation on a table value
print(e"return 1e100 & 1")                   --> e:1: number has no integer representation

-- Well-known algorithms on wide words.
local function fnv1a(s)
  local h = 0xcbf29ce484222325
  for i = 1, #s do h = (h ~ s:byte(i)) * 0x100000001b3 end
  return h
end
print(("%x %x %x"):format(fnv1a(""), fnv1a("a"), fnv1a("foobar")))   --> cbf29ce484222325 af63dc4c8601ec8c 85944171f73967e8
local function xorshift(s, n) for _ = 1, n do s = s ~ s << 13 s = s ~ s >> 7 s = s ~ s << 17 end return s end
print(("%x"):format(xorshift(88172645463325252, 1)), ("%x"):format(xorshift(88172645463325252, 1000)))   --> 79690975fbde15b0	12eaead265975125
local function lcg(s, n) for _ = 1, n do s = s * 6364136223846793005 + 1442695040888963407 end return s end
print(("%x"):format(lcg(1, 1)), ("%x"):format(lcg(1, 1000)))   --> 6c576fac43fd007c	f517ff66df0cbea9
local function splitmix(s, n)
  local z
  for _ = 1, n do
    s = s + 0x9e3779b97f4a7c15
    z = s
    z = (z ~ z >> 30) * 0xbf58476d1ce4e5b9
    z = (z ~ z >> 27) * 0x94d049bb133111eb
    z = z ~ z >> 31
  end
  return z
end
print(("%x"):format(splitmix(0, 1)), ("%x"):format(splitmix(1234567, 3)))   --> e220a8397b1dcdaf	883ebce5a3f27c77
local function popcount(n) local c = 0 while n ~= 0 do n = n & n - 1 c = c + 1 end return c end
assert(popcount(-1) == 64 and popcount(0) == 0 and popcount(math.mininteger) == 1 and popcount(0xF0F0) == 8)
