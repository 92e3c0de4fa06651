-- Manual 3.4.3: conversions between strings, integers and floats.
print("10" + 1, "10" + 1.0, "1e1" + 1, "0x10" + 0, " 10 " + 0, "10" * "2", -"2", - "-2.0")   --> 11	11.0	11.0	16	10	20	-2	2.0
print(10 .. 20, 1.5 .. "", -0.0 .. "", 2^63 .. "", 1e15 .. "", 1e16 .. "", 1e100 .. "")         --> 1020	1.5	-0.0	9.2233720368548e+18	1e+15	1e+16	1e+100
print(math.maxinteger .. "", math.mininteger .. "", 1 / 0 .. "", -1 / 0 .. "")                  --> 9223372036854775807	-9223372036854775808	inf	-inf
print(100000000000000 .. "", 1e14 .. "", 123456789012345.0 .. "", 0.1 .. "", 1 / 3 .. "", 3.14159265358979 .. "")
--> 100000000000000	1e+14	1.2345678901234e+14	0.1	0.33333333333333	3.1415926535898
print(tostring(1e15), tostring(-1e15), tostring(1e14), 2^53, 123456.789e3)                        --> 1e+15	-1e+15	1e+14	9.007199254741e+15	123456789.0
print("9223372036854775807" + 0, "9223372036854775808" + 0, "-9223372036854775808" + 0, "-9223372036854775809" + 0)   --> 9223372036854775807	9.2233720368548e+18	-9223372036854775808	-9.2233720368548e+18
print("0xffffffffffffffff" + 0, "0x1p4" + 0, "0x.8" + 0, "1e" == "1e", ".5" + 0, "5." + 0)       --> -1	16.0	0.5	true	0.5	5.0
-- tonumber on many spellings.
for _, s in ipairs {"", " ", "x", "1x", "1 2", "0x", "1e", "1e+", "--1", "+-1", "1..", ".", "0x.", "e1", "inf", "nan", "1_0", "1e1.5", "0b1", "1\0", "\0001", "1,5", "0x1pz"} do
  assert(tonumber(s) == nil, s)
  assert(not pcall(function() return s + 1 end))
end
for _, p in ipairs {{"1", 1}, {" 1\n", 1}, {"\t-1 ", -1}, {"+1", 1}, {"1.", 1.0}, {".5", 0.5}, {"-.5", -0.5}, {"0x1F", 31}, {"-0x1F", -31},
    {"1e3", 1000.0}, {"1E-3", 0.001}, {"0x1p-1", 0.5}, {"0xA.8", 10.5}, {"00001", 1}, {"1e0", 1.0}, {"0e0", 0.0},
    {"1e308", 1e308}, {"1e400", math.huge}, {"-1e400", -math.huge}, {"1e-400", 0.0}, {"\v\f\r\n 5 \v", 5}} do
  local v = tonumber(p[1])
  assert(v == p[2] and math.type(v) == math.type(p[2]), p[1])
end
assert(1 / tonumber("-0.0") == -math.huge and math.type(tonumber("-0")) == "integer")
local long = ("1"):rep(300)
assert(tonumber(long) == tonumber(long .. ".0") and math.type(tonumber(long)) == "float")
assert(tonumber("0." .. ("0"):rep(300) .. "1") > 0 and tonumber(("0"):rep(500) .. "7") == 7)
assert(tonumber("0x" .. ("f"):rep(100)) == -1)
-- Round trips of floats and integers through %.17g and %a.
for _, v in ipairs {0.1, 1 / 3, 2^53 + 1, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, -123.456, 2^-1074, 4503599627370497.5} do
  assert(tonumber(("%.17g"):format(v)) == v and tonumber(("%a"):format(v)) == v)
end
for _, v in ipairs {0, 1, -1, math.maxinteger, math.mininteger, 1 << 47, -(1 << 47), (1 << 47) - 1, -(1 << 47) - 1} do
  assert(tonumber(tostring(v)) == v and math.type(tonumber(tostring(v))) == "integer")
  assert(tonumber(("0x%x"):format(v)) == v)
end
-- Floats to integers where integers are needed.
print(#("x"):rep(3.0), ("abc"):sub("2", "3"), ("abc"):byte(2.0), select("2", "a", "b"))            --> 3	bc	98	b
print(pcall(string.rep, "x", 1.5))       --> false	bad argument #2 to 'string.rep' (number has no integer representation)
print(pcall(string.rep, "x", "1.5"))     --> false	bad argument #2 to 'string.rep' (number has no integer representation)
print(pcall(string.rep, "x", 2^63))      --> false	bad argument #2 to 'string.rep' (number has no integer representation)
print(pcall(string.rep, "x", 0/0))       --> false	bad argument #2 to 'string.rep' (number has no integer representation)
print(pcall(string.rep, "x", "y"))       --> false	bad argument #2 to 'string.rep' (number expected, got string)
print(pcall(string.rep, "x", {}))        --> false	bad argument #2 to 'string.rep' (number expected, got table)
print(pcall(string.rep, {}, 1))          --> false	bad argument #1 to 'string.rep' (string expected, got table)
print(pcall(string.rep))                 --> false	bad argument #1 to 'string.rep' (string expected, got no value)
print((string.rep(12, 2)))               --> 1212
-- Strings are never numbers in comparisons, keys and equality.
local t = {[1] = "int", ["1"] = "str"}
assert(t[1] == "int" and t["1"] == "str" and t[1.0] == "int" and t["1.0"] == nil)
assert("1" ~= 1 and not pcall(function() return "1" < 2 end) and "10" < "9")
-- Integral floats as keys, also at the borders.
local k = {}
k[2^53] = 1 k[-2^63] = 2 k[2^63] = 3 k[2^47] = 4 k[-(2^47)] = 5 k[2^47 - 1] = 6
assert(k[1 << 53] == 1 and k[math.mininteger] == 2 and k[2^63] == 3 and k[math.maxinteger] == nil)
assert(k[1 << 47] == 4 and k[-(1 << 47)] == 5 and k[(1 << 47) - 1] == 6)
local n = 0
for key in pairs(k) do n = n + 1 assert(math.type(key) == (key == 2^63 and "float" or "integer")) end
assert(n == 6)
