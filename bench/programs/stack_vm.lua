-- engines: all
-- kind: application
-- count-size: 1700
-- A virtual machine with a stack, by a chain of comparisons and by a table of handlers, running an
-- assembled program that counts primes and calls a recursive procedure.
local size = tonumber((...)) or 28000

local OPCODES = {}
for i, name in ipairs { "push", "load", "store", "add", "sub", "mul", "mod", "less", "equal",
  "jump", "branch", "call", "ret", "arg", "halt" } do
  OPCODES[name] = i
end
local PUSH, LOAD, STORE, ADD, SUB = OPCODES.push, OPCODES.load, OPCODES.store, OPCODES.add,
  OPCODES.sub
local MUL, MOD, LESS, EQUAL, JUMP = OPCODES.mul, OPCODES.mod, OPCODES.less, OPCODES.equal,
  OPCODES.jump
local BRANCH, CALL, RET, ARG = OPCODES.branch, OPCODES.call, OPCODES.ret, OPCODES.arg

-- Lines are "name operand", labels end with a colon, operands are numbers or labels.
local function assemble(source)
  local code, labels = {}, {}
  for line in source:gmatch("[^\n]+") do
    local label = line:match("^%s*([%w_]+):")
    local name, operand = line:match("^%s*(%a+)%s*([%w_]*)%s*$")
    if label then
      labels[label] = #code + 1
    elseif name then
      code[#code + 1] = OPCODES[name]
      code[#code + 1] = operand
    end
  end
  for i = 2, #code, 2 do code[i] = tonumber(code[i]) or labels[code[i]] or 0 end
  return code
end

local function run_chain(code, memory)
  local stack, top, pc = {}, 0, 1
  local frames, depth, argument = {}, 0, 0
  local steps = 0
  while true do
    local operation, operand = code[pc], code[pc + 1]
    pc = pc + 2
    steps = steps + 1
    if operation == PUSH then
      top = top + 1
      stack[top] = operand
    elseif operation == LOAD then
      top = top + 1
      stack[top] = memory[operand]
    elseif operation == STORE then
      memory[operand] = stack[top]
      top = top - 1
    elseif operation == ADD then
      top = top - 1
      stack[top] = stack[top] + stack[top + 1]
    elseif operation == SUB then
      top = top - 1
      stack[top] = stack[top] - stack[top + 1]
    elseif operation == MUL then
      top = top - 1
      stack[top] = stack[top] * stack[top + 1]
    elseif operation == MOD then
      top = top - 1
      stack[top] = stack[top] % stack[top + 1]
    elseif operation == LESS then
      top = top - 1
      stack[top] = stack[top] < stack[top + 1] and 1 or 0
    elseif operation == EQUAL then
      top = top - 1
      stack[top] = stack[top] == stack[top + 1] and 1 or 0
    elseif operation == JUMP then
      pc = operand
    elseif operation == BRANCH then
      if stack[top] ~= 0 then pc = operand end
      top = top - 1
    elseif operation == CALL then
      depth = depth + 2
      frames[depth - 1], frames[depth] = pc, argument
      argument = stack[top]
      top = top - 1
      pc = operand
    elseif operation == RET then
      pc, argument = frames[depth - 1], frames[depth]
      depth = depth - 2
    elseif operation == ARG then
      top = top + 1
      stack[top] = argument
    else
      return stack[top], steps
    end
  end
end

local HANDLERS = {
  function(vm, operand)
    local top = vm.top + 1
    vm.top = top
    vm.stack[top] = operand
  end,
  function(vm, operand)
    local top = vm.top + 1
    vm.top = top
    vm.stack[top] = vm.memory[operand]
  end,
  function(vm, operand)
    vm.memory[operand] = vm.stack[vm.top]
    vm.top = vm.top - 1
  end,
}
for _, name in ipairs { "add", "sub", "mul", "mod", "less", "equal" } do
  local apply = ({
    add = function(a, b) return a + b end,
    sub = function(a, b) return a - b end,
    mul = function(a, b) return a * b end,
    mod = function(a, b) return a % b end,
    less = function(a, b) return a < b and 1 or 0 end,
    equal = function(a, b) return a == b and 1 or 0 end,
  })[name]
  HANDLERS[OPCODES[name]] = function(vm)
    local stack, top = vm.stack, vm.top - 1
    vm.top = top
    stack[top] = apply(stack[top], stack[top + 1])
  end
end
HANDLERS[JUMP] = function(vm, operand) vm.pc = operand end
HANDLERS[BRANCH] = function(vm, operand)
  if vm.stack[vm.top] ~= 0 then vm.pc = operand end
  vm.top = vm.top - 1
end
HANDLERS[CALL] = function(vm, operand)
  vm.frames[#vm.frames + 1] = { pc = vm.pc, argument = vm.argument }
  vm.argument = vm.stack[vm.top]
  vm.top = vm.top - 1
  vm.pc = operand
end
HANDLERS[RET] = function(vm)
  local frame = table.remove(vm.frames)
  vm.pc, vm.argument = frame.pc, frame.argument
end
HANDLERS[ARG] = function(vm)
  vm.top = vm.top + 1
  vm.stack[vm.top] = vm.argument
end
HANDLERS[OPCODES.halt] = function(vm) vm.running = false end

local function run_table(code, memory)
  local vm = { stack = {}, top = 0, pc = 1, frames = {}, argument = 0, memory = memory,
    running = true }
  local steps = 0
  while vm.running do
    local pc = vm.pc
    vm.pc = pc + 2
    steps = steps + 1
    HANDLERS[code[pc]](vm, code[pc + 1])
  end
  return vm.stack[vm.top], steps
end

-- Memory 1: limit, 2: candidate, 3: divisor, 4: primes found. The procedure sums 1..n by recursion.
local PROGRAM = [[
  push 2
  store 2
outer:
  load 1
  load 2
  less
  branch done
  push 2
  store 3
inner:
  load 2
  load 3
  load 3
  mul
  less
  branch prime
  load 2
  load 3
  mod
  push 0
  equal
  branch composite
  load 3
  push 1
  add
  store 3
  jump inner
prime:
  load 4
  push 1
  add
  store 4
composite:
  load 2
  push 1
  add
  store 2
  jump outer
done:
  push 500
  call triangle
  load 4
  add
  halt
triangle:
  arg
  push 1
  less
  branch zero
  arg
  arg
  push 1
  sub
  call triangle
  add
  ret
zero:
  push 0
  ret
]]

local code = assemble(PROGRAM)
print(run_chain(code, { size, 0, 0, 0 }))
print(run_table(code, { size, 0, 0, 0 }))
