-- engines: all
-- kind: methods
-- count-size: 75000
-- Method calls through two levels of inheritance, overridden methods and calls of the parent's.
local size = tonumber((...)) or 3000000

local Shape = {}
Shape.__index = Shape

function Shape.new(class, name)
  return setmetatable({ name = name, moves = 0, x = 0, y = 0 }, class)
end
function Shape:move(dx, dy)
  self.x = self.x + dx
  self.y = self.y + dy
  self.moves = self.moves + 1
end
function Shape:area() return 0 end
function Shape:describe() return self.name end
function Shape:get_moves() return self.moves end

local function extend(parent)
  local class = setmetatable({}, { __index = parent })
  class.__index = class
  return class
end

local Rectangle = extend(Shape)
function Rectangle.new(class, name, width, height)
  local self = Shape.new(class, name)
  self.width, self.height = width, height
  return self
end
function Rectangle:area() return self.width * self.height end
function Rectangle:scale(factor)
  self.width = self.width * factor % 1009
  self.height = self.height * factor % 1013
end

local Square = extend(Rectangle)
function Square.new(class, name, side)
  return Rectangle.new(class, name, side, side)
end
function Square:move(dx, dy)
  Shape.move(self, dx + 1, dy - 1)
end

local shapes = {
  Shape:new("shape"),
  Rectangle:new("rectangle", 3, 4),
  Square:new("square", 5),
  Square:new("other", 6),
}

-- One receiver class at the call site.
local square = shapes[3]
local total = 0
for i = 1, size do
  square:move(1, 2)
  square:scale(i % 3 + 1)
  total = (total + square:area() + square:get_moves()) % 1000000007
end
print(total, square.x, square.y, square:describe())

-- Three receiver classes at the call site.
for i = 1, size do
  local shape = shapes[i % 4 + 1]
  shape:move(i % 5, 1)
  total = (total + shape:area()) % 1000000007
end
for _, shape in ipairs(shapes) do print(shape:describe(), shape.x, shape.y, shape:get_moves()) end
print(total)
