-- engines: all
-- kind: float-loop
-- count-size: 11
-- Fast Fourier transform in place over two arrays of floats, and a convolution by it. The size is
-- the logarithm of the number of points.
local size = tonumber((...)) or 17

local sin, cos, PI = math.sin, math.cos, math.pi

local function reorder(re, im, n)
  local j = 0
  for i = 0, n - 2 do
    if i < j then
      re[i + 1], re[j + 1] = re[j + 1], re[i + 1]
      im[i + 1], im[j + 1] = im[j + 1], im[i + 1]
    end
    local bit = n / 2
    while j >= bit and bit >= 1 do
      j = j - bit
      bit = bit / 2
    end
    j = j + bit
  end
end

local function transform(re, im, n, direction)
  reorder(re, im, n)
  local width = 1
  while width < n do
    local step = direction * PI / width
    for offset = 0, width - 1 do
      local wr, wi = cos(offset * step), sin(offset * step)
      for i = offset + 1, n, width * 2 do
        local j = i + width
        local tr, ti = wr * re[j] - wi * im[j], wr * im[j] + wi * re[j]
        re[j], im[j] = re[i] - tr, im[i] - ti
        re[i], im[i] = re[i] + tr, im[i] + ti
      end
    end
    width = width * 2
  end
end

local n = 1
for _ = 1, size do n = n * 2 end

local re, im, original = {}, {}, {}
local seed = 9
for i = 1, n do
  seed = seed * 16807 % 2147483647
  re[i], im[i] = seed / 2147483647, 0.0
  original[i] = re[i]
end

local rounds = 4
for _ = 1, rounds do
  transform(re, im, n, 1)
  transform(re, im, n, -1)
  for i = 1, n do re[i], im[i] = re[i] / n, im[i] / n end
end
local worst = 0.0
for i = 1, n do worst = math.max(worst, math.abs(re[i] - original[i])) end
print(worst < 1e-9)

-- The convolution with a shifted impulse moves the signal.
local fr, fi = {}, {}
for i = 1, n do fr[i], fi[i] = 0.0, 0.0 end
fr[4] = 2.0
transform(re, im, n, 1)
transform(fr, fi, n, 1)
for i = 1, n do
  re[i], im[i] = re[i] * fr[i] - im[i] * fi[i], re[i] * fi[i] + im[i] * fr[i]
end
transform(re, im, n, -1)
print(string.format("%.6f %.6f", re[4] / n - 2 * original[1], re[n] / n / original[n - 3]))
