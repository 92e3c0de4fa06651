-- engines: all
-- kind: metamethods
-- count-size: 17000
-- A vector class on operators, and __index, __newindex, __call, __eq, __lt, __le, __concat, __unm.
local size = tonumber((...)) or 670000

local Vector = {}

local function vector(x, y) return setmetatable({ x = x, y = y }, Vector) end

local methods = {}
function methods:dot(other) return self.x * other.x + self.y * other.y end

Vector.__index = function(self, key)
  local method = methods[key]
  if method then return method end
  if key == "squared" then return self.x * self.x + self.y * self.y end
end
Vector.__add = function(a, b) return vector(a.x + b.x, a.y + b.y) end
Vector.__sub = function(a, b) return vector(a.x - b.x, a.y - b.y) end
Vector.__mul = function(a, b)
  if type(a) == "number" then return vector(a * b.x, a * b.y) end
  if type(b) == "number" then return vector(a.x * b, a.y * b) end
  return a.x * b.x + a.y * b.y
end
Vector.__unm = function(a) return vector(-a.x, -a.y) end
Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Vector.__lt = function(a, b) return a.squared < b.squared end
Vector.__le = function(a, b) return a.squared <= b.squared end
Vector.__call = function(self, factor) return self.x * factor + self.y end
Vector.__concat = function(a, b)
  return (type(a) == "table" and "v" or a) .. (type(b) == "table" and "v" or b)
end

-- A proxy whose reads and writes go through functions.
local function proxy(target)
  local reads, writes = 0, 0
  local object = setmetatable({}, {
    __index = function(_, key)
      reads = reads + 1
      return target[key]
    end,
    __newindex = function(_, key, value)
      writes = writes + 1
      target[key] = value
    end,
  })
  return object, function() return reads, writes end
end

local box, statistics = proxy { value = 0 }
local origin, step = vector(0, 0), vector(1, 2)
local position, equal, less, calls, text = origin, 0, 0, 0, 0
for i = 1, size do
  position = position + step * 2 - -origin
  if position.x > 1000 then position = origin end
  if position == vector(i % 1000, i % 1000 * 2) then equal = equal + 1 end
  if step < position then less = less + 1 end
  if position <= step then less = less + 1 end
  calls = (calls + position(i % 5) + position * step + position:dot(step)) % 1000003
  if i % 8 == 0 then text = text + #(position .. "/" .. step) end
  box.value = box.value + 1
end
print(position.x, position.y, equal, less, calls, text)
print(box.value, statistics())
