-- engines: all
-- kind: application
-- count-size: 700
-- The DeltaBlue incremental solver of one-way constraints: deep inheritance and polymorphic calls.
local size = tonumber((...)) or 28000

-- Strengths are integers: a smaller one is stronger.
local REQUIRED, PREFERRED, STRONG_DEFAULT, NORMAL, WEAKEST = 0, 2, 3, 4, 6

local function stronger(a, b) return a < b end
local function weaker(a, b) return a > b end
local function weakest_of(a, b) return a > b and a or b end

local planner

local function class(parent)
  local new_class = {}
  new_class.__index = new_class
  if parent then setmetatable(new_class, { __index = parent }) end
  return new_class
end

local function remove_item(list, item)
  local kept = 0
  for i = 1, #list do
    local value = list[i]
    if value ~= item then
      kept = kept + 1
      list[kept] = value
    end
  end
  for i = #list, kept + 1, -1 do list[i] = nil end
end

local Variable = class()

function Variable.new(name, value)
  return setmetatable({
    value = value or 0, constraints = {}, determined_by = nil, mark = 0,
    walk_strength = WEAKEST, stay = true, name = name,
  }, Variable)
end

function Variable:add_constraint(constraint)
  self.constraints[#self.constraints + 1] = constraint
end

function Variable:remove_constraint(constraint)
  remove_item(self.constraints, constraint)
  if self.determined_by == constraint then self.determined_by = nil end
end

-- The abstract constraint. Subclasses say which of their variables are inputs and which one is the
-- output.
local Constraint = class()

function Constraint:add()
  self:add_to_graph()
  planner:incremental_add(self)
end

-- Tries to enforce the constraint; returns the constraint it overrides, if any.
function Constraint:satisfy(mark)
  self:choose_method(mark)
  if not self:is_satisfied() then
    if self.strength == REQUIRED then error("could not satisfy a required constraint") end
    return nil
  end
  self:mark_inputs(mark)
  local output = self:output()
  local overridden = output.determined_by
  if overridden then overridden:mark_unsatisfied() end
  output.determined_by = self
  if not planner:add_propagate(self, mark) then error("cycle encountered") end
  output.mark = mark
  return overridden
end

function Constraint:destroy()
  if self:is_satisfied() then
    planner:incremental_remove(self)
  else
    self:remove_from_graph()
  end
end

function Constraint:is_input() return false end

local Unary = class(Constraint)

function Unary.init(self, variable, strength)
  self.strength = strength
  self.my_output = variable
  self.satisfied = false
  self:add()
  return self
end

function Unary:add_to_graph()
  self.my_output:add_constraint(self)
  self.satisfied = false
end

function Unary:choose_method(mark)
  local output = self.my_output
  self.satisfied = output.mark ~= mark and stronger(self.strength, output.walk_strength)
end

function Unary:is_satisfied() return self.satisfied end
function Unary:mark_inputs() end
function Unary:output() return self.my_output end

function Unary:recalculate()
  local output = self.my_output
  output.walk_strength = self.strength
  output.stay = not self:is_input()
  if output.stay then self:execute() end
end

function Unary:mark_unsatisfied() self.satisfied = false end
function Unary:inputs_known() return true end

function Unary:remove_from_graph()
  if self.my_output then self.my_output:remove_constraint(self) end
  self.satisfied = false
end

local Stay = class(Unary)

function Stay.new(variable, strength)
  return Unary.init(setmetatable({}, Stay), variable, strength)
end
function Stay:execute() end

local Edit = class(Unary)

function Edit.new(variable, strength)
  return Unary.init(setmetatable({}, Edit), variable, strength)
end
function Edit:is_input() return true end
function Edit:execute() end

local BACKWARD, NONE, FORWARD = -1, 0, 1

local Binary = class(Constraint)

function Binary.init(self, first, second, strength)
  self.strength = strength
  self.v1, self.v2 = first, second
  self.direction = NONE
  self:add()
  return self
end

function Binary:choose_method(mark)
  local v1, v2, strength = self.v1, self.v2, self.strength
  if v1.mark == mark then
    self.direction = v2.mark ~= mark and stronger(strength, v2.walk_strength) and FORWARD or NONE
  elseif v2.mark == mark then
    self.direction = stronger(strength, v1.walk_strength) and BACKWARD or NONE
  elseif weaker(v1.walk_strength, v2.walk_strength) then
    self.direction = stronger(strength, v1.walk_strength) and BACKWARD or NONE
  else
    self.direction = stronger(strength, v2.walk_strength) and FORWARD or BACKWARD
    if self.direction == BACKWARD and not stronger(strength, v1.walk_strength) then
      self.direction = NONE
    end
  end
end

function Binary:add_to_graph()
  self.v1:add_constraint(self)
  self.v2:add_constraint(self)
  self.direction = NONE
end

function Binary:is_satisfied() return self.direction ~= NONE end
function Binary:mark_inputs(mark) self:input().mark = mark end
function Binary:input() return self.direction == FORWARD and self.v1 or self.v2 end
function Binary:output() return self.direction == FORWARD and self.v2 or self.v1 end

function Binary:recalculate()
  local input, output = self:input(), self:output()
  output.walk_strength = weakest_of(self.strength, input.walk_strength)
  output.stay = input.stay
  if output.stay then self:execute() end
end

function Binary:mark_unsatisfied() self.direction = NONE end

function Binary:inputs_known(mark)
  local input = self:input()
  return input.mark == mark or input.stay or input.determined_by == nil
end

function Binary:remove_from_graph()
  if self.v1 then self.v1:remove_constraint(self) end
  if self.v2 then self.v2:remove_constraint(self) end
  self.direction = NONE
end

local Equality = class(Binary)

function Equality.new(first, second, strength)
  return Binary.init(setmetatable({}, Equality), first, second, strength)
end
function Equality:execute() self:output().value = self:input().value end

-- destination = source * scale + offset
local Scale = class(Binary)

function Scale.new(source, scale, offset, destination, strength)
  local self = setmetatable({ scale = scale, offset = offset }, Scale)
  return Binary.init(self, source, destination, strength)
end

function Scale:add_to_graph()
  Binary.add_to_graph(self)
  self.scale:add_constraint(self)
  self.offset:add_constraint(self)
end

function Scale:remove_from_graph()
  Binary.remove_from_graph(self)
  self.scale:remove_constraint(self)
  self.offset:remove_constraint(self)
end

function Scale:mark_inputs(mark)
  Binary.mark_inputs(self, mark)
  self.scale.mark = mark
  self.offset.mark = mark
end

function Scale:execute()
  if self.direction == FORWARD then
    self.v2.value = self.v1.value * self.scale.value + self.offset.value
  else
    self.v1.value = (self.v2.value - self.offset.value) / self.scale.value
  end
end

function Scale:recalculate()
  local input, output = self:input(), self:output()
  output.walk_strength = weakest_of(self.strength, input.walk_strength)
  output.stay = input.stay and self.scale.stay and self.offset.stay
  if output.stay then self:execute() end
end

local Planner = class()

function Planner.new() return setmetatable({ current_mark = 0 }, Planner) end

function Planner:new_mark()
  self.current_mark = self.current_mark + 1
  return self.current_mark
end

function Planner:incremental_add(constraint)
  local mark = self:new_mark()
  local overridden = constraint:satisfy(mark)
  while overridden do overridden = overridden:satisfy(mark) end
end

function Planner:incremental_remove(constraint)
  local output = constraint:output()
  constraint:mark_unsatisfied()
  constraint:remove_from_graph()
  local unsatisfied = self:remove_propagate_from(output)
  for strength = REQUIRED, WEAKEST do
    for _, other in ipairs(unsatisfied) do
      if other.strength == strength then self:incremental_add(other) end
    end
  end
end

-- Follows the data flow from the sources; each constraint whose inputs are all known is next in the
-- plan.
function Planner:make_plan(sources)
  local mark, plan, todo = self:new_mark(), {}, sources
  while #todo > 0 do
    local constraint = table.remove(todo)
    local output = constraint:output()
    if output.mark ~= mark and constraint:inputs_known(mark) then
      plan[#plan + 1] = constraint
      output.mark = mark
      self:add_consumers(output, todo)
    end
  end
  return plan
end

function Planner:plan_for(constraints)
  local sources = {}
  for _, constraint in ipairs(constraints) do
    if constraint:is_input() and constraint:is_satisfied() then
      sources[#sources + 1] = constraint
    end
  end
  return self:make_plan(sources)
end

function Planner:add_propagate(constraint, mark)
  local todo = { constraint }
  while #todo > 0 do
    local next_one = table.remove(todo)
    local output = next_one:output()
    if output.mark == mark then
      self:incremental_remove(constraint)
      return false
    end
    next_one:recalculate()
    self:add_consumers(output, todo)
  end
  return true
end

function Planner:remove_propagate_from(output)
  output.determined_by = nil
  output.walk_strength = WEAKEST
  output.stay = true
  local unsatisfied, todo = {}, { output }
  while #todo > 0 do
    local variable = table.remove(todo)
    for _, constraint in ipairs(variable.constraints) do
      if not constraint:is_satisfied() then unsatisfied[#unsatisfied + 1] = constraint end
    end
    local determining = variable.determined_by
    for _, constraint in ipairs(variable.constraints) do
      if constraint ~= determining and constraint:is_satisfied() then
        constraint:recalculate()
        todo[#todo + 1] = constraint:output()
      end
    end
  end
  return unsatisfied
end

function Planner:add_consumers(variable, list)
  local determining = variable.determined_by
  for _, constraint in ipairs(variable.constraints) do
    if constraint ~= determining and constraint:is_satisfied() then list[#list + 1] = constraint end
  end
end

local function execute_plan(plan)
  for i = 1, #plan do plan[i]:execute() end
end

local function change(variable, value)
  local edit = Edit.new(variable, PREFERRED)
  local plan = planner:plan_for({ edit })
  for _ = 1, 10 do
    variable.value = value
    execute_plan(plan)
  end
  edit:destroy()
end

-- A long chain of equalities with an edit at one end and a stay at the other.
local function chain_test(count)
  planner = Planner.new()
  local variables = {}
  for i = 0, count do variables[i] = Variable.new("v" .. i) end
  for i = 1, count do Equality.new(variables[i - 1], variables[i], REQUIRED) end
  local first, last = variables[0], variables[count]
  Stay.new(last, STRONG_DEFAULT)
  local edit = Edit.new(first, PREFERRED)
  local plan = planner:plan_for({ edit })
  for value = 0, 99 do
    first.value = value
    execute_plan(plan)
    assert(last.value == value, "chain test failed")
  end
  return last.value
end

-- Many independent linear mappings that share scale and offset.
local function projection_test(count)
  planner = Planner.new()
  local scale, offset = Variable.new("scale", 10), Variable.new("offset", 1000)
  local source, destination
  local destinations = {}
  for i = 1, count do
    source, destination = Variable.new("src" .. i, i), Variable.new("dst" .. i, i)
    destinations[i] = destination
    Stay.new(source, NORMAL)
    Scale.new(source, scale, offset, destination, REQUIRED)
  end
  change(source, 17)
  assert(destination.value == 1170, "projection 1 failed")
  change(destination, 1050)
  assert(source.value == 5, "projection 2 failed")
  change(scale, 5)
  for i = 1, count - 1 do assert(destinations[i].value == i * 5 + 1000, "projection 3 failed") end
  change(offset, 2000)
  local sum = 0
  for i = 1, count - 1 do
    assert(destinations[i].value == i * 5 + 2000, "projection 4 failed")
    sum = sum + destinations[i].value
  end
  return sum
end

print(chain_test(size), projection_test(size))
