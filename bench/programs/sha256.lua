-- engines: lua54
-- kind: hash64
-- count-size: 45000
-- SHA-256 in 64-bit integers with masks: 32-bit values, intermediate ones up to 64 bits.
local size = tonumber((...)) or 1800000

local K = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

local INITIAL = {
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
}

local function rotate(x, bits) return (x >> bits | x << 32 - bits) & 0xffffffff end

local function compress(hash, text, position, w)
  for i = 1, 16 do w[i] = string.unpack(">I4", text, position + i * 4 - 4) end
  for i = 17, 64 do
    local x, y = w[i - 15], w[i - 2]
    local s0 = rotate(x, 7) ~ rotate(x, 18) ~ x >> 3
    local s1 = rotate(y, 17) ~ rotate(y, 19) ~ y >> 10
    w[i] = w[i - 16] + s0 + w[i - 7] + s1 & 0xffffffff
  end
  local a, b, c, d, e, f, g, h = table.unpack(hash)
  for i = 1, 64 do
    local s1 = rotate(e, 6) ~ rotate(e, 11) ~ rotate(e, 25)
    local s0 = rotate(a, 2) ~ rotate(a, 13) ~ rotate(a, 22)
    local t1 = h + s1 + (e & f ~ ~e & g) + K[i] + w[i]
    local t2 = s0 + (a & b ~ a & c ~ b & c)
    h, g, f, e = g, f, e, d + t1 & 0xffffffff
    d, c, b, a = c, b, a, t1 + t2 & 0xffffffff
  end
  local working = { a, b, c, d, e, f, g, h }
  for i = 1, 8 do hash[i] = hash[i] + working[i] & 0xffffffff end
end

local function sha256(text)
  local padded = text .. "\128" .. ("\0"):rep((-#text - 9) % 64) .. string.pack(">I8", #text * 8)
  local hash, w = table.move(INITIAL, 1, 8, 1, {}), {}
  for position = 1, #padded, 64 do compress(hash, padded, position, w) end
  return string.format(("%08x"):rep(8), table.unpack(hash))
end

-- The standard's own example.
assert(sha256("abc"):sub(1, 16) == "ba7816bf8f01cfea")
print(sha256(("abcdefghij"):rep(size // 10)))
local chained = ""
for _ = 1, size // 250 do chained = sha256(chained) end
print(chained)
