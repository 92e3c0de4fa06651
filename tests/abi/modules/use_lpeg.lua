-- lua-lpeg: a small language parsed by a grammar and run; captures of all kinds; errors.
local lpeg = require "lpeg"
local re = require "re"
local P, R, S, V = lpeg.P, lpeg.R, lpeg.S, lpeg.V
local C, Cc, Cf, Cg, Cs, Ct, Cmt, Cp = lpeg.C, lpeg.Cc, lpeg.Cf, lpeg.Cg, lpeg.Cs, lpeg.Ct,
  lpeg.Cmt, lpeg.Cp

-- ---- the language: functions, while, if, let, arithmetic, strings ------------------------------

local furthest = 0
local mark = Cmt(true, function(_, position)
  if position > furthest then furthest = position end
  return true
end)
local comment = P "#" * (1 - P "\n") ^ 0
local space = (S " \t\r\n" + comment) ^ 0 * mark
local letter, digit = R("az", "AZ") + "_", R "09"
local function token(pattern) return pattern * space end
local function word(text) return token(P(text) * -(letter + digit)) end
local function sign(text) return token(P(text)) end
local keyword = (P "let" + "while" + "if" + "else" + "fn" + "return" + "print") * -(letter + digit)
local name = token(C((letter * (letter + digit) ^ 0) - keyword))
local number = token(C(digit ^ 1 * (P "." * digit ^ 1) ^ -1) / tonumber)
local text = token(P '"' * Cs(((P "\\n" / "\n") + (P '\\"' / '"') + (1 - S '"\n')) ^ 0) * '"')

local function node(kind, pattern) return Ct(Cg(Cc(kind), "kind") * pattern) end
local function left(operand, operator)
  return Cf(operand * Cg(operator * operand) ^ 0, function(a, op, b)
    return {kind = "binary", op = op, a, b}
  end)
end

local grammar = P {
  "program",
  program = space * Ct(V "statement" ^ 0) * -1,
  block = sign "{" * Ct(V "statement" ^ 0) * sign "}",
  statement = node("let", word "let" * name * sign "=" * V "expression" * sign ";")
    + node("while", word "while" * V "expression" * V "block")
    + node("if", word "if" * V "expression" * V "block" * (word "else" * V "block") ^ -1)
    + node("fn", word "fn" * name * sign "(" * Ct((name * (sign "," * name) ^ 0) ^ -1) * sign ")"
        * V "block")
    + node("return", word "return" * V "expression" * sign ";")
    + node("print", word "print" * V "expression" * sign ";")
    + node("assign", name * sign "=" * V "expression" * sign ";")
    + node("expression", V "expression" * sign ";"),
  expression = left(V "sum", token(C(P "<=" + "==" + "<"))),
  sum = left(V "product", token(C(S "+-"))),
  product = left(V "primary", token(C(S "*/%"))),
  primary = node("number", number) + node("text", text)
    + node("call", name * sign "(" * (V "expression" * (sign "," * V "expression") ^ 0) ^ -1
        * sign ")")
    + node("name", name) + sign "(" * V "expression" * sign ")",
}

local evaluate, execute
local binary = {
  ["+"] = function(a, b)
    if type(a) == "string" then return a .. b end
    return a + b
  end,
  ["-"] = function(a, b) return a - b end,
  ["*"] = function(a, b) return a * b end,
  ["/"] = function(a, b) return a / b end,
  ["%"] = function(a, b) return a % b end,
  ["<"] = function(a, b) return a < b end,
  ["<="] = function(a, b) return a <= b end,
  ["=="] = function(a, b) return a == b end,
}

function evaluate(n, scope)
  if n.kind == "number" or n.kind == "text" then return n[1] end
  if n.kind == "name" then
    local value = scope[n[1]]
    if value == nil then error("no variable " .. n[1], 0) end
    return value
  end
  if n.kind == "binary" then
    return binary[n.op](evaluate(n[1], scope), evaluate(n[2], scope))
  end
  local f = scope[n[1]]
  local inner = setmetatable({}, {__index = f.scope})
  for i, parameter in ipairs(f.parameters) do inner[parameter] = evaluate(n[i + 1], scope) end
  local _, value = execute(f.body, inner)
  return value
end

function execute(block, scope)
  for _, s in ipairs(block) do
    if s.kind == "let" or s.kind == "assign" then
      local owner = scope
      if s.kind == "assign" then
        while rawget(owner, s[1]) == nil do owner = getmetatable(owner).__index end
      end
      owner[s[1]] = evaluate(s[2], scope)
    elseif s.kind == "while" then
      while evaluate(s[1], scope) do
        local done, value = execute(s[2], scope)
        if done then return done, value end
      end
    elseif s.kind == "if" then
      local branch = evaluate(s[1], scope) and s[2] or s[3]
      if branch then
        local done, value = execute(branch, scope)
        if done then return done, value end
      end
    elseif s.kind == "fn" then
      scope[s[1]] = {parameters = s[2], body = s[3], scope = scope}
    elseif s.kind == "return" then
      return true, evaluate(s[1], scope)
    elseif s.kind == "print" then
      print(evaluate(s[1], scope))
    else
      evaluate(s[1], scope)
    end
  end
end

local function run(source)
  furthest = 0
  local tree = grammar:match(source)
  if not tree then
    local line, last = 1, 0
    for at in source:sub(1, furthest - 1):gmatch "()\n" do line, last = line + 1, at end
    print(("syntax error at %d:%d"):format(line, furthest - last))
    return
  end
  print(select(2, pcall(execute, tree, {})))
end

run [[
fn fib(n) { if n < 2 { return n; } return fib(n - 1) + fib(n - 2); }
let i = 0; # counts
while i <= 15 { print fib(i); i = i + 5; }
fn gcd(a, b) { while 0 < b { let t = a % b; a = b; b = t; } return a; }
print gcd(1071, 462);
print "sum:\t" + (1 + 2 * 3 - 8 / 4);
print "a \"quoted\" line\n";
]]
run "let x = 1;\nlet y = ;\n"
run "print 1 + ;"
run "print nowhere;"
run("let s = 0; let i = 0; while i < 3000 { s = s + i * i % 7; i = i + 1; } print s;")
run((("print 1 + (2 * (3 - 4));\n"):rep(200)))

-- ---- captures ----------------------------------------------------------------------------------

print(Cs((P "cat" / "dog" + 1) ^ 0):match "the cat sat on a cat")
print(lpeg.match(Ct((Cp() * C(R "09" ^ 1) + 1) ^ 0), "a12b345")[4])
print((C(R "az" ^ 1) / "<%1|%0>"):match "hello")
print((Cg(C(R "az" ^ 1), "w") * " " * lpeg.Cmt(lpeg.Cb "w" * C(R "az" ^ 1), function(_, _, a, b)
  return a == b, a .. "=" .. b
end)):match "echo echo")
print((lpeg.Carg(1) * C(1)):match("z", 1, "extra"))
print((C(1) ^ 3 / {abc = 1, a = "found"}):match "abc")
print(select("#", lpeg.match(Cc(1, nil, 3), "")))
print(lpeg.match(lpeg.B "a" * C "b", "ab", 2), lpeg.match(lpeg.B "x" * C "b", "ab", 2))
print(#lpeg.match(Ct(C(1) ^ 0), ("x"):rep(5000)))
print(lpeg.match((P "a" ^ 1 - P "aaa") * Cp(), "aab"), lpeg.match(#P "ab" * Cp(), "abc"))
print(lpeg.type(P "x"), lpeg.type "x", tostring(P "x"):match "^userdata" ~= nil)
local utf8range = R("\xC3\xC3") * R "\x80\xBF"
print(Cs((utf8range / "?" + 1) ^ 0):match "h\u{e9}llo w\u{f6}rld")
local alphabet = lpeg.locale()
print(C(alphabet.alpha ^ 1):match "words7", C(alphabet.xdigit ^ 1):match "beefy")
local balanced = P {"(" * ((1 - S "()") + V(1)) ^ 0 * ")"}
print(C(balanced):match "(a(b)(c(d)))e", balanced:match "(a(b)")

-- ---- re ----------------------------------------------------------------------------------------

local list = re.compile([[
  list <- {| item (',' item)* |} !.
  item <- { [a-z]+ } / {: number :} / '[' list_in ']'
  list_in <- {| item (',' item)* |}
  number <- [0-9]+ -> tonumber
]], {tonumber = tonumber})
local result = list:match "ab,12,[c,3],d"
print(#result, result[1], result[2] + 1, result[3][1], result[3][2], result[4])
print(re.gsub("hello world", "[aeiou]", "<%0>"), re.find("look for it", "{'for'}"))

-- ---- errors ------------------------------------------------------------------------------------

local function try(...)
  local value = select(2, pcall(...))
  print(type(value), type(value) == "string" and value or "")
end
try(P, {"x", x = V "x" * "a"})
try(P, {"x", x = V "y"})
try(function() return P "" ^ 0 end)
try(lpeg.match, P "a", {})
try(function() return P "a" * {} * 3 end)
try(function() return P "a" + print end)
try(function() return P "a" - true end)
try(function() return R "abc" end)
try(lpeg.match, P(function() error("inside", 0) end), "x")
try(lpeg.match, C(1) / function() error {} end / type, "x")
try(lpeg.match, C(1) / function() return nil + 1 end, "x")
try(P, {V(1) * "x" + "("})
try(P, {[1] = V "list", list = V "item" ^ 1, item = V "blank", blank = P " " ^ -1})
try(function() return lpeg.match(P {"(" * V(1) * ")" + "x"}, ("("):rep(100000)) end)
lpeg.setmaxstack(200000)
try(lpeg.match, P {"(" * V(1) * ")" + "x"} * Cp(), ("("):rep(50000) .. "x" .. (")"):rep(50000))
try(re.compile, "a <- b")
try(re.compile, "('x'")
try(function() return lpeg.Cmt("x", 5) end)
for _ = 1, 3 do
  collectgarbage()
  assert(grammar:match "let x = 1;")
end
