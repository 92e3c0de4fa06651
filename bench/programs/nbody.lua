-- engines: all
-- kind: float-loop
-- count-size: 16000
-- Planetary motion with a symplectic integrator: float arithmetic on record fields.
local size = tonumber((...)) or 620000

local sqrt = math.sqrt
local PI = math.pi
local SOLAR_MASS = 4 * PI * PI
local YEAR = 365.24

local function body(x, y, z, vx, vy, vz, mass)
  return {
    x = x, y = y, z = z,
    vx = vx * YEAR, vy = vy * YEAR, vz = vz * YEAR,
    mass = mass * SOLAR_MASS,
  }
end

local bodies = {
  body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
  body(4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
       1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05,
       9.54791938424326609e-04),
  body(8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
       -2.76742510726411918e-03, 4.99852801234917238e-03, 2.30417297573763929e-05,
       2.85885980666130812e-04),
  body(1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
       2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05,
       4.36624404335156298e-05),
  body(1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
       2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05,
       5.15138902046611451e-05),
}

local function offset_momentum(list)
  local px, py, pz = 0.0, 0.0, 0.0
  for _, b in ipairs(list) do
    px = px + b.vx * b.mass
    py = py + b.vy * b.mass
    pz = pz + b.vz * b.mass
  end
  local sun = list[1]
  sun.vx, sun.vy, sun.vz = -px / SOLAR_MASS, -py / SOLAR_MASS, -pz / SOLAR_MASS
end

local function energy(list)
  local total = 0.0
  for i, b in ipairs(list) do
    total = total + 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
    for j = i + 1, #list do
      local other = list[j]
      local dx, dy, dz = b.x - other.x, b.y - other.y, b.z - other.z
      total = total - b.mass * other.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return total
end

local function advance(list, dt)
  local count = #list
  for i = 1, count do
    local b = list[i]
    local x, y, z, mass = b.x, b.y, b.z, b.mass
    local vx, vy, vz = b.vx, b.vy, b.vz
    for j = i + 1, count do
      local other = list[j]
      local dx, dy, dz = x - other.x, y - other.y, z - other.z
      local squared = dx * dx + dy * dy + dz * dz
      local magnitude = dt / (squared * sqrt(squared))
      local pull = other.mass * magnitude
      vx = vx - dx * pull
      vy = vy - dy * pull
      vz = vz - dz * pull
      pull = mass * magnitude
      other.vx = other.vx + dx * pull
      other.vy = other.vy + dy * pull
      other.vz = other.vz + dz * pull
    end
    b.vx, b.vy, b.vz = vx, vy, vz
    b.x = x + dt * vx
    b.y = y + dt * vy
    b.z = z + dt * vz
  end
end

offset_momentum(bodies)
print(string.format("%.9f", energy(bodies)))
for _ = 1, size do advance(bodies, 0.01) end
print(string.format("%.9f", energy(bodies)))
