-- engines: all
-- kind: application
-- count-size: 46
-- A ray tracer of spheres and a plane with shadows and reflections: small vector objects and
-- methods.
local size = tonumber((...)) or 290

local sqrt, floor = math.sqrt, math.floor

local Vector = {}
Vector.__index = Vector

local function vector(x, y, z) return setmetatable({ x = x, y = y, z = z }, Vector) end

Vector.__add = function(a, b) return vector(a.x + b.x, a.y + b.y, a.z + b.z) end
Vector.__sub = function(a, b) return vector(a.x - b.x, a.y - b.y, a.z - b.z) end
function Vector:scale(factor) return vector(self.x * factor, self.y * factor, self.z * factor) end
function Vector:blend(other) return vector(self.x * other.x, self.y * other.y, self.z * other.z) end
function Vector:dot(other) return self.x * other.x + self.y * other.y + self.z * other.z end
function Vector:length() return sqrt(self:dot(self)) end
function Vector:normalised() return self:scale(1 / self:length()) end

local Sphere = {}
Sphere.__index = Sphere

function Sphere.new(centre, radius, colour, mirror)
  return setmetatable({ centre = centre, radius = radius, colour = colour, mirror = mirror },
    Sphere)
end

-- The distance to the nearest hit in front of the origin, or nil.
function Sphere:intersect(origin, direction)
  local to_centre = self.centre - origin
  local along = to_centre:dot(direction)
  local offset = self.radius * self.radius - to_centre:dot(to_centre) + along * along
  if offset < 0 then return nil end
  local half = sqrt(offset)
  if along - half > 1e-4 then return along - half end
  if along + half > 1e-4 then return along + half end
  return nil
end

function Sphere:normal_at(point) return (point - self.centre):normalised() end
function Sphere:colour_at() return self.colour end

local Plane = {}
Plane.__index = Plane

function Plane.new(height, mirror)
  return setmetatable({ height = height, mirror = mirror, normal = vector(0, 1, 0),
    light = vector(0.9, 0.9, 0.9), dark = vector(0.2, 0.2, 0.3) }, Plane)
end

function Plane:intersect(origin, direction)
  if direction.y > -1e-6 then return nil end
  local distance = (self.height - origin.y) / direction.y
  if distance > 1e-4 then return distance end
  return nil
end

function Plane:normal_at() return self.normal end

function Plane:colour_at(point)
  if (floor(point.x) + floor(point.z)) % 2 == 0 then return self.light end
  return self.dark
end

local scene = {
  Plane.new(-1, 0.2),
  Sphere.new(vector(0, 0, 5), 1, vector(1, 0.3, 0.2), 0.3),
  Sphere.new(vector(-2, 0.2, 6), 1.2, vector(0.3, 1, 0.3), 0.2),
  Sphere.new(vector(1.8, -0.4, 4), 0.6, vector(0.3, 0.4, 1), 0.5),
  Sphere.new(vector(0.5, 1.6, 5.5), 0.5, vector(1, 1, 0.4), 0.1),
}
local lights = { vector(5, 8, -3), vector(-6, 5, 1) }
local sky = vector(0.4, 0.6, 0.9)
local black = vector(0, 0, 0)

local function nearest_hit(origin, direction)
  local nearest, distance
  for i = 1, #scene do
    local object = scene[i]
    local hit = object:intersect(origin, direction)
    if hit and (not distance or hit < distance) then nearest, distance = object, hit end
  end
  return nearest, distance
end

local function in_shadow(point, direction, limit)
  for i = 1, #scene do
    local hit = scene[i]:intersect(point, direction)
    if hit and hit < limit then return true end
  end
  return false
end

local function trace(origin, direction, depth)
  local object, distance = nearest_hit(origin, direction)
  if not object then return sky:scale(0.5 + 0.5 * direction.y) end
  local point = origin + direction:scale(distance)
  local normal = object:normal_at(point)
  local surface = object:colour_at(point)
  local result = surface:scale(0.1)
  for _, light in ipairs(lights) do
    local to_light = light - point
    local range = to_light:length()
    local towards = to_light:scale(1 / range)
    local brightness = normal:dot(towards)
    if brightness > 0 and not in_shadow(point, towards, range) then
      result = result + surface:scale(brightness * 0.5)
    end
  end
  if depth > 0 and object.mirror > 0 then
    local bounced = direction - normal:scale(2 * normal:dot(direction))
    result = result:scale(1 - object.mirror) + trace(point, bounced, depth - 1):scale(object.mirror)
  end
  return result
end

local function level(value)
  if value >= 1 then return 255 end
  return floor(value * 255)
end

local checksum, total = 0, black
for row = 0, size - 1 do
  for column = 0, size - 1 do
    local direction = vector((column + 0.5) / size * 2 - 1, 1 - (row + 0.5) / size * 2,
      1.5):normalised()
    local colour = trace(black, direction, 3)
    total = total + colour
    checksum = (checksum * 31 + level(colour.x) * 65536 + level(colour.y) * 256
      + level(colour.z)) % 1000000007
  end
end
print(string.format("%d %.6f %.6f %.6f", checksum, total.x, total.y, total.z))
