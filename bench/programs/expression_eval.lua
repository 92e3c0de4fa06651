-- engines: all
-- kind: application
-- count-size: 650
-- A parser of arithmetic expressions by precedence climbing, an evaluator of its trees, and a
-- compiler of them into closures.
local size = tonumber((...)) or 26000

local PRECEDENCE = { ["+"] = 1, ["-"] = 1, ["*"] = 2, ["%"] = 2, ["<"] = 0 }

local function tokenize(text)
  local tokens = {}
  local position = 1
  while true do
    position = text:find("%S", position)
    if not position then break end
    local token = text:match("^%d+", position) or text:match("^%a[%w_]*", position)
      or text:sub(position, position)
    tokens[#tokens + 1] = token
    position = position + #token
  end
  return tokens
end

local Parser = {}
Parser.__index = Parser

function Parser.new(text) return setmetatable({ tokens = tokenize(text), position = 1 }, Parser) end

function Parser:peek() return self.tokens[self.position] end

function Parser:take(expected)
  local token = self.tokens[self.position]
  if expected and token ~= expected then
    error("expected " .. expected .. " near " .. tostring(token), 0)
  end
  self.position = self.position + 1
  return token
end

function Parser:primary()
  local token = self:take()
  if token == "(" then
    local inner = self:expression(0)
    self:take(")")
    return inner
  elseif token == "-" then
    return { kind = "negate", operand = self:primary() }
  elseif token:find("^%d") then
    return { kind = "number", value = tonumber(token) }
  elseif self:peek() == "(" then
    self:take("(")
    local arguments = {}
    while self:peek() ~= ")" do
      arguments[#arguments + 1] = self:expression(0)
      if self:peek() == "," then self:take(",") end
    end
    self:take(")")
    return { kind = "call", name = token, arguments = arguments }
  end
  return { kind = "variable", name = token }
end

function Parser:expression(minimum)
  local left = self:primary()
  while true do
    local operator = self:peek()
    local precedence = PRECEDENCE[operator or ""]
    if not precedence or precedence < minimum then return left end
    self:take()
    left = { kind = "binary", operator = operator, left = left,
      right = self:expression(precedence + 1) }
  end
end

local function parse(text)
  local parser = Parser.new(text)
  local tree = parser:expression(0)
  if parser:peek() then error("trailing " .. parser:peek(), 0) end
  return tree
end

local FUNCTIONS = {
  max = math.max,
  min = math.min,
  abs = math.abs,
  choose = function(condition, yes, no) return condition ~= 0 and yes or no end,
}

local OPERATORS = {
  ["+"] = function(a, b) return a + b end,
  ["-"] = function(a, b) return a - b end,
  ["*"] = function(a, b) return a * b % 1000003 end,
  ["%"] = function(a, b) return a % (b == 0 and 1 or b) end,
  ["<"] = function(a, b) return a < b and 1 or 0 end,
}

local unpack = table.unpack or unpack

-- The evaluator: one visitor for each kind of node.
local evaluate
local VISITORS = {
  number = function(node) return node.value end,
  variable = function(node, variables) return variables[node.name] end,
  negate = function(node, variables) return -evaluate(node.operand, variables) end,
  binary = function(node, variables)
    return OPERATORS[node.operator](evaluate(node.left, variables), evaluate(node.right, variables))
  end,
  call = function(node, variables)
    local values = {}
    for i, argument in ipairs(node.arguments) do values[i] = evaluate(argument, variables) end
    return FUNCTIONS[node.name](unpack(values))
  end,
}
function evaluate(node, variables) return VISITORS[node.kind](node, variables) end

-- The compiler: the tree becomes nested closures over the table of variables.
local compile
local COMPILERS = {
  number = function(node)
    local value = node.value
    return function() return value end
  end,
  variable = function(node)
    local name = node.name
    return function(variables) return variables[name] end
  end,
  negate = function(node)
    local operand = compile(node.operand)
    return function(variables) return -operand(variables) end
  end,
  binary = function(node)
    local apply, left, right = OPERATORS[node.operator], compile(node.left), compile(node.right)
    return function(variables) return apply(left(variables), right(variables)) end
  end,
  call = function(node)
    local f, arguments = FUNCTIONS[node.name], {}
    for i, argument in ipairs(node.arguments) do arguments[i] = compile(argument) end
    if #arguments == 1 then
      local a = arguments[1]
      return function(variables) return f(a(variables)) end
    elseif #arguments == 2 then
      local a, b = arguments[1], arguments[2]
      return function(variables) return f(a(variables), b(variables)) end
    end
    local a, b, c = arguments[1], arguments[2], arguments[3]
    return function(variables) return f(a(variables), b(variables), c(variables)) end
  end,
}
function compile(node) return COMPILERS[node.kind](node) end

local seed = 5
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local NAMES = { "x", "y", "width", "height_2" }
local SIGNS = { " + ", " - ", " * ", "%", "<" }
local function generate(depth)
  local choice = depth == 0 and random(2) or random(9)
  if choice == 0 then return tostring(random(1000)) end
  if choice == 1 then return NAMES[random(#NAMES) + 1] end
  if choice == 2 then return "-" .. generate(0) end
  if choice == 3 then return "max(" .. generate(depth - 1) .. ", " .. generate(depth - 1) .. ")" end
  if choice == 4 then
    return "choose(" .. generate(depth - 1) .. ", " .. generate(0) .. ", " .. generate(0) .. ")"
  end
  local inner = generate(depth - 1) .. SIGNS[random(#SIGNS) + 1] .. generate(depth - 1)
  return choice == 5 and "(" .. inner .. ")" or inner
end

local length, sum = 0, 0
local variables = { x = 0, y = 5, width = 640, height_2 = 480 }
for i = 1, size do
  local text = generate(5)
  length = length + #text
  local tree = parse(text)
  local run = compile(tree)
  for j = 1, 10 do
    variables.x = i + j
    local value = evaluate(tree, variables)
    assert(value == run(variables), "evaluator and compiler differ")
    sum = (sum + value) % 1000000007
  end
end
print(length, sum)
print(pcall(parse, "(1 + 2"))
