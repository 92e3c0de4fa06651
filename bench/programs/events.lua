-- engines: all
-- kind: application
-- count-size: 220
-- A simulation in the style of a game: entities with component tables, an event bus, timers,
-- states.
local size = tonumber((...)) or 8900

local Bus = {}
Bus.__index = Bus

function Bus.new() return setmetatable({ listeners = {} }, Bus) end

function Bus:on(name, listener)
  local list = self.listeners[name]
  if not list then
    list = {}
    self.listeners[name] = list
  end
  list[#list + 1] = listener
end

function Bus:emit(name, ...)
  local list = self.listeners[name]
  if not list then return end
  for i = 1, #list do list[i](...) end
end

local seed = 29
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local STATES = {}

function STATES.idle(entity)
  if random(10) == 0 then
    entity.velocity = { x = random(7) - 3, y = random(7) - 3 }
    return "moving"
  end
  return "idle"
end

function STATES.moving(entity, world)
  local position, velocity = entity.position, entity.velocity
  position.x = (position.x + velocity.x) % world.width
  position.y = (position.y + velocity.y) % world.height
  if random(20) == 0 then
    entity.velocity = nil
    return "idle"
  end
  return "moving"
end

function STATES.hurt(entity, world)
  entity.recovery = entity.recovery - 1
  if entity.recovery > 0 then return "hurt" end
  entity.recovery = nil
  world.bus:emit("recovered", entity)
  return "idle"
end

local function spawn(world, kind)
  world.last_id = world.last_id + 1
  local entity = {
    id = world.last_id, kind = kind, state = "idle", health = 20 + random(50),
    position = { x = random(world.width), y = random(world.height) },
  }
  world.entities[entity.id] = entity
  world.count = world.count + 1
  world.bus:emit("spawned", entity)
end

-- Entities in the same cell of a coarse grid meet.
local function collide(world)
  local cells = {}
  for id = 1, world.last_id do
    local entity = world.entities[id]
    if entity then
      local key = math.floor(entity.position.x / 4) .. ":" .. math.floor(entity.position.y / 4)
      local other = cells[key]
      if other and other.kind ~= entity.kind then world.bus:emit("hit", other, entity) end
      cells[key] = entity
    end
  end
end

local world = { width = 128, height = 96, entities = {}, count = 0, last_id = 0, bus = Bus.new(),
  tick = 0 }
local counts = { spawned = 0, hit = 0, died = 0, recovered = 0 }
for name in pairs(counts) do
  world.bus:on(name, function() counts[name] = counts[name] + 1 end)
end
world.bus:on("hit", function(attacker, victim)
  victim.health = victim.health - 1 - attacker.id % 3
  if victim.health <= 0 then
    world.bus:emit("died", victim, attacker)
  else
    victim.state, victim.recovery = "hurt", 3
  end
end)
world.bus:on("died", function(victim)
  if world.entities[victim.id] then
    world.entities[victim.id] = nil
    world.count = world.count - 1
  end
end)

for i = 1, 300 do spawn(world, i % 2 == 0 and "wolf" or "sheep") end
for tick = 1, size do
  world.tick = tick
  for id = 1, world.last_id do
    local entity = world.entities[id]
    if entity then entity.state = STATES[entity.state](entity, world) end
  end
  if tick % 2 == 0 then collide(world) end
  if world.count < 300 and tick % 4 == 0 then spawn(world, tick % 8 == 0 and "wolf" or "sheep") end
end

local x, y, health = 0, 0, 0
for id = 1, world.last_id do
  local entity = world.entities[id]
  if entity then
    x, y, health = x + entity.position.x, y + entity.position.y, health + entity.health
  end
end
print(counts.spawned, counts.hit, counts.died, counts.recovered)
print(world.count, x, y, health)
