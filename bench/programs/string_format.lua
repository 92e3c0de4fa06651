-- engines: all
-- kind: format
-- count-size: 8500
-- string.format with the common conversions, tostring and tonumber.
local size = tonumber((...)) or 340000

local format = string.format
local total, checksum = 0, 0
for i = 1, size do
  local line = format("%d %5d %-8s|%s", i, i % 1000, "n" .. i % 10, "tail")
  total = total + #line
  line = format("%.2f %g %10.4f", i / 7, i / 8, i * 0.001)
  checksum = (checksum * 31 + line:byte(#line - 1) + #line) % 1000003
  line = format("%x %X %02x %c %o", i, i % 65536, i % 256, 65 + i % 26, i % 64)
  checksum = (checksum * 31 + line:byte(1) + #line) % 1000003
  line = format("%q %5.1s %%", "quoted \"text\"", "abc")
  total = total + #line
  line = tostring(i)
  checksum = (checksum + tonumber(line) + tonumber("0x" .. format("%04x", i % 4096))) % 1000003
  total = total + #line + #tostring(i + 0.5)
end
print(total, checksum)
