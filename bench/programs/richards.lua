-- engines: all
-- kind: application
-- count-size: 120
-- Martin Richards' simulation of an operating system kernel: tasks, queues of packets, a scheduler.
local size = tonumber((...)) or 15000

local IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 1, 2, 3, 4, 5, 6
local KIND_DEVICE, KIND_WORK = 0, 1
local PACKET_BYTES = 4

local Packet = {}
Packet.__index = Packet

function Packet.new(link, identity, kind)
  local packet = setmetatable({ link = link, identity = identity, kind = kind, first = 1,
    bytes = {} }, Packet)
  for i = 1, PACKET_BYTES do packet.bytes[i] = 0 end
  return packet
end

function Packet:append_to(queue)
  self.link = nil
  if not queue then return self end
  local last = queue
  while last.link do last = last.link end
  last.link = self
  return queue
end

-- A task's control block: its state is three flags (a packet is pending, it waits, it is held).
local Task = {}
Task.__index = Task

function Task.new(link, identity, priority, queue, behaviour)
  return setmetatable({
    link = link, identity = identity, priority = priority, queue = queue, behaviour = behaviour,
    pending = queue ~= nil, waiting = queue ~= nil, held = false,
  }, Task)
end

function Task:is_blocked() return self.held or (self.waiting and not self.pending) end

function Task:run()
  local packet
  if self.waiting and self.pending and not self.held then
    packet = self.queue
    self.queue = packet.link
    self.waiting = false
    self.pending = self.queue ~= nil
  end
  return self.behaviour:run(packet)
end

function Task:accept(current, packet)
  if self.queue then
    self.queue = packet:append_to(self.queue)
  else
    packet.link = nil
    self.queue = packet
    self.pending = true
    if self.priority > current.priority then return self end
  end
  return current
end

local Scheduler = {}
Scheduler.__index = Scheduler

function Scheduler.new()
  return setmetatable({ queue_count = 0, hold_count = 0, tasks = {}, list = nil, current = nil },
    Scheduler)
end

function Scheduler:add(identity, priority, queue, behaviour)
  local task = Task.new(self.list, identity, priority, queue, behaviour)
  behaviour.scheduler = self
  if not queue then task.waiting = true end
  self.list = task
  self.tasks[identity] = task
  return task
end

function Scheduler:schedule()
  self.current = self.list
  while self.current do
    local task = self.current
    if task:is_blocked() then
      self.current = task.link
    else
      self.current = task:run()
    end
  end
end

function Scheduler:release(identity)
  local task, current = self.tasks[identity], self.current
  task.held = false
  if task.priority > current.priority then return task end
  return current
end

function Scheduler:hold_current()
  self.hold_count = self.hold_count + 1
  self.current.held = true
  return self.current.link
end

function Scheduler:suspend_current()
  self.current.waiting = true
  return self.current
end

function Scheduler:send(packet)
  local receiver, current = self.tasks[packet.identity], self.current
  if not receiver then return nil end
  self.queue_count = self.queue_count + 1
  packet.link = nil
  packet.identity = current.identity
  return receiver:accept(current, packet)
end

local IdleBehaviour = {}
IdleBehaviour.__index = IdleBehaviour

function IdleBehaviour.new(seed, count)
  return setmetatable({ seed = seed, count = count }, IdleBehaviour)
end

-- Exclusive or with 0xD008, on a value below 0x8000.
local function toggle_feedback(value)
  local result = value + 0x8000
  for _, bit in ipairs { 0x4000, 0x1000, 0x0008 } do
    if value % (bit * 2) >= bit then result = result - bit else result = result + bit end
  end
  return result
end

function IdleBehaviour:run()
  self.count = self.count - 1
  if self.count == 0 then return self.scheduler:hold_current() end
  local odd = self.seed % 2 == 1
  self.seed = math.floor(self.seed / 2)
  if not odd then return self.scheduler:release(DEVICE_A) end
  self.seed = toggle_feedback(self.seed)
  return self.scheduler:release(DEVICE_B)
end

local DeviceBehaviour = {}
DeviceBehaviour.__index = DeviceBehaviour

function DeviceBehaviour.new() return setmetatable({ packet = nil }, DeviceBehaviour) end

function DeviceBehaviour:run(packet)
  if packet then
    self.packet = packet
    return self.scheduler:hold_current()
  end
  packet = self.packet
  if not packet then return self.scheduler:suspend_current() end
  self.packet = nil
  return self.scheduler:send(packet)
end

local WorkerBehaviour = {}
WorkerBehaviour.__index = WorkerBehaviour

function WorkerBehaviour.new(target, letter)
  return setmetatable({ target = target, letter = letter }, WorkerBehaviour)
end

function WorkerBehaviour:run(packet)
  if not packet then return self.scheduler:suspend_current() end
  self.target = self.target == HANDLER_A and HANDLER_B or HANDLER_A
  packet.identity = self.target
  packet.first = 1
  for i = 1, PACKET_BYTES do
    self.letter = self.letter % 26 + 1
    packet.bytes[i] = self.letter
  end
  return self.scheduler:send(packet)
end

local HandlerBehaviour = {}
HandlerBehaviour.__index = HandlerBehaviour

function HandlerBehaviour.new()
  return setmetatable({ work = nil, devices = nil }, HandlerBehaviour)
end

function HandlerBehaviour:run(packet)
  if packet then
    if packet.kind == KIND_WORK then
      self.work = packet:append_to(self.work)
    else
      self.devices = packet:append_to(self.devices)
    end
  end
  local work = self.work
  if work then
    local index = work.first
    if index > PACKET_BYTES then
      self.work = work.link
      return self.scheduler:send(work)
    end
    local device = self.devices
    if device then
      self.devices = device.link
      device.first = work.bytes[index]
      work.first = index + 1
      return self.scheduler:send(device)
    end
  end
  return self.scheduler:suspend_current()
end

local function packets(count, identity, kind)
  local queue
  for _ = 1, count do queue = Packet.new(queue, identity, kind) end
  return queue
end

local function simulate(count)
  local scheduler = Scheduler.new()
  scheduler:add(IDLE, 0, nil, IdleBehaviour.new(1, count)).waiting = false
  scheduler:add(WORKER, 1000, packets(2, WORKER, KIND_WORK), WorkerBehaviour.new(HANDLER_A, 0))
  scheduler:add(HANDLER_A, 2000, packets(3, DEVICE_A, KIND_DEVICE), HandlerBehaviour.new())
  scheduler:add(HANDLER_B, 3000, packets(3, DEVICE_B, KIND_DEVICE), HandlerBehaviour.new())
  scheduler:add(DEVICE_A, 4000, nil, DeviceBehaviour.new())
  scheduler:add(DEVICE_B, 5000, nil, DeviceBehaviour.new())
  scheduler:schedule()
  return scheduler.queue_count, scheduler.hold_count
end

local queued, held
for _ = 1, 30 do queued, held = simulate(size) end
print(queued, held)
-- The figures every implementation of this simulation agrees on.
queued, held = simulate(1000)
assert(queued == 2322 and held == 928, "wrong simulation")
queued, held = simulate(10000)
assert(queued == 23246 and held == 9297, "wrong simulation")
