-- engines: all
-- kind: methods
-- count-size: 110000
-- Calls of small methods on objects of one class and of several: accessors, counters, queues,
-- polymorphic sites.
local size = tonumber((...)) or 4400000

local Account = {}
Account.__index = Account

function Account.new(balance)
  return setmetatable({ balance = balance, operations = 0 }, Account)
end
function Account:deposit(amount)
  self.balance = self.balance + amount
  self.operations = self.operations + 1
end
function Account:withdraw(amount)
  if amount > self.balance then return false end
  self.balance = self.balance - amount
  self.operations = self.operations + 1
  return true
end
function Account:get_balance() return self.balance end

local Queue = {}
Queue.__index = Queue

function Queue.new() return setmetatable({ first = 1, last = 0, items = {} }, Queue) end
function Queue:push(item)
  self.last = self.last + 1
  self.items[self.last] = item
end
function Queue:pop()
  local item = self.items[self.first]
  self.items[self.first] = nil
  self.first = self.first + 1
  return item
end
function Queue:length() return self.last - self.first + 1 end

-- Six animals answer the same three messages.
local animals = {}
for i = 1, 6 do
  local Animal = {}
  Animal.__index = Animal
  function Animal:legs() return i end
  function Animal:feed(amount) self.weight = (self.weight + amount * i) % 1000 end
  function Animal:speak() return self.name end
  animals[i] = setmetatable({ name = "animal" .. i, weight = i * 10 }, Animal)
end

local account, refused = Account.new(100), 0
for i = 1, size do
  account:deposit(i % 10)
  if not account:withdraw(i % 11) then refused = refused + 1 end
end
print(account:get_balance(), account.operations, refused)

local queue, sum = Queue.new(), 0
for i = 1, size / 2 do
  queue:push(i)
  if queue:length() > 10 then sum = (sum + queue:pop()) % 1000003 end
end
print(queue:length(), sum)

local legs, letters = 0, 0
for i = 1, size / 2 do
  local animal = animals[i % 6 + 1]
  animal:feed(3)
  legs = legs + animal:legs()
  letters = letters + #animal:speak()
end
print(legs, letters, animals[3].weight)
