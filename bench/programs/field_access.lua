-- engines: all
-- kind: fields
-- count-size: 140000
-- Reads and writes of record fields: one shape, several shapes, nested records and new records.
local size = tonumber((...)) or 5600000

local function monomorphic(count)
  local point = { x = 1, y = 2, z = 3, speed = 4 }
  for i = 1, count do
    point.x = point.x + point.speed
    point.y = point.y + point.x % 7
    point.z = point.y - point.x + i
  end
  return point.x + point.y + point.z
end

local function polymorphic(count)
  local records = {
    { x = 1, y = 2 },
    { y = 2, x = 1 },
    { name = "a", x = 3, y = 4 },
    { x = 1, y = 5, z = 6 },
  }
  local sum = 0
  for i = 1, count do
    local record = records[i % 4 + 1]
    record.x = record.x + record.y
    sum = sum + record.x % 11
  end
  return sum
end

local function nested(count)
  local world = { player = { position = { x = 0, y = 0 }, stats = { health = 100, mana = 50 } } }
  for i = 1, count do
    world.player.position.x = world.player.position.x + 1
    world.player.stats.health = world.player.stats.health - i % 3 + 1
  end
  return world.player.position.x + world.player.stats.health
end

local function constructed(count)
  local sum = 0
  for i = 1, count do
    local record = { left = i, right = i + 1 }
    record.middle = (record.left + record.right) % 10
    sum = sum + record.middle
  end
  return sum
end

print(monomorphic(size), polymorphic(size), nested(size), constructed(size / 4))
