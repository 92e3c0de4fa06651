-- engines: lua54
-- kind: hash64
-- count-size: 120000
-- Hashes and generators in wrapping 64-bit integers: FNV-1a, xorshift, LCG, splitmix, rotations.
local size = tonumber((...)) or 4800000

local function fnv1a(text)
  local hash = 0xcbf29ce484222325
  for i = 1, #text do
    hash = (hash ~ text:byte(i)) * 0x100000001b3
  end
  return hash
end

local function xorshift(count)
  local state, sum = 0x2545f4914f6cdd1d, 0
  for _ = 1, count do
    state = state ~ state << 13
    state = state ~ state >> 7
    state = state ~ state << 17
    sum = sum + state
  end
  return sum
end

local function xorshift_star(count)
  local state, sum = 88172645463325252, 0
  for _ = 1, count do
    state = state ~ state >> 12
    state = state ~ state << 25
    state = state ~ state >> 27
    sum = sum ~ state * 0x2545f4914f6cdd1d
  end
  return sum
end

local function congruential(count)
  local state, hits = 1, 0
  for _ = 1, count do
    state = state * 6364136223846793005 + 1442695040888963407
    if state >> 60 == 7 then hits = hits + 1 end
  end
  return hits, state
end

local function splitmix(count)
  local state, sum = 42, 0
  for _ = 1, count do
    state = state + 0x9e3779b97f4a7c15
    local z = state
    z = (z ~ z >> 30) * 0xbf58476d1ce4e5b9
    z = (z ~ z >> 27) * 0x94d049bb133111eb
    sum = sum ~ z ~ z >> 31
  end
  return sum
end

local function rotate(x, bits) return x << bits | x >> 64 - bits end

-- xoshiro256**, with its state in a table.
local function xoshiro(count)
  local s = { 1, 2, 3, 4 }
  local sum = 0
  for _ = 1, count do
    local result = rotate(s[2] * 5, 7) * 9
    local t = s[2] << 17
    s[3] = s[3] ~ s[1]
    s[4] = s[4] ~ s[2]
    s[2] = s[2] ~ s[3]
    s[1] = s[1] ~ s[4]
    s[3] = s[3] ~ t
    s[4] = rotate(s[4], 45)
    sum = sum + result
  end
  return sum
end

local text = ("The quick brown fox jumps over the lazy dog. "):rep(size // 45)
print(string.format("%016x", fnv1a(text)))
print(string.format("%016x", xorshift(size)))
print(string.format("%016x", xorshift_star(size)))
print(congruential(size))
print(string.format("%016x", splitmix(size)))
print(string.format("%016x", xoshiro(size)))
