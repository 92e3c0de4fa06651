-- engines: all
-- kind: application
-- count-size: 1
-- A Brainfuck interpreter: source folded into operations with jump targets, run by a chain of
-- comparisons.
local size = tonumber((...)) or 27

local byte = string.byte
local MOVE, ADD, OPEN, CLOSE, OUTPUT = 1, 2, 3, 4, 5

-- Runs of moves and of additions become one operation each.
local function compile(source)
  local operations, operands, stack = {}, {}, {}
  local function emit(operation, operand)
    local last = #operations
    if operations[last] == operation and operation <= ADD then
      operands[last] = operands[last] + operand
    else
      operations[last + 1], operands[last + 1] = operation, operand
    end
  end
  for c in source:gmatch("[%+%-<>%[%]%.]") do
    if c == ">" then emit(MOVE, 1)
    elseif c == "<" then emit(MOVE, -1)
    elseif c == "+" then emit(ADD, 1)
    elseif c == "-" then emit(ADD, -1)
    elseif c == "." then emit(OUTPUT, 0)
    elseif c == "[" then
      emit(OPEN, 0)
      stack[#stack + 1] = #operations
    else
      local open = table.remove(stack)
      emit(CLOSE, open)
      operands[open] = #operations
    end
  end
  return operations, operands
end

local function run(operations, operands)
  local tape, pointer, output = {}, 1, {}
  for i = 1, 300 do tape[i] = 0 end
  local pc, count = 1, #operations
  local steps = 0
  while pc <= count do
    local operation, operand = operations[pc], operands[pc]
    steps = steps + 1
    if operation == ADD then
      tape[pointer] = (tape[pointer] + operand) % 256
    elseif operation == MOVE then
      pointer = pointer + operand
    elseif operation == CLOSE then
      if tape[pointer] ~= 0 then pc = operand end
    elseif operation == OPEN then
      if tape[pointer] == 0 then pc = operand end
    else
      output[#output + 1] = string.char(tape[pointer])
    end
    pc = pc + 1
  end
  return table.concat(output), steps
end

-- Nested loops: a thousand passes of the innermost, which adds to two cells and copies one back and
-- forth.
local TEN = ("+"):rep(10)
local NESTED = TEN .. "[>" .. TEN .. "[>" .. TEN
  .. "[>+>++<[->>>+<<<]>>>[-<<<+>>>]<<<<-]<-]<-]>>>.>."
-- Greeting by multiplication.
local GREETING = TEN .. "[>+++++++>++++++++++>+++<<<-]>++.>+.+++++++..+++.>++."

local sum, steps = 0, 0
for _ = 1, size do
  local output, count = run(compile(NESTED))
  for i = 1, #output do sum = (sum * 7 + byte(output, i)) % 1000003 end
  steps = steps + count
end
print(sum, steps)
print(run(compile(GREETING)))
