-- engines: all
-- kind: application
-- count-size: 60
-- A lexer for Lua in Lua, over generated source: character classes, substrings, keyword lookup.
local size = tonumber((...)) or 2400

local byte, find, sub = string.byte, string.find, string.sub

local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil
    not or repeat return then true until while]]):gmatch("%a+") do
  KEYWORDS[word] = true
end

-- Operators by length, longest first.
local OPERATORS3 = { ["..."] = true }
local OPERATORS2 = {}
for operator in ("== ~= <= >= // :: << >> .."):gmatch("%S+") do OPERATORS2[operator] = true end

local Lexer = {}
Lexer.__index = Lexer

function Lexer.new(source)
  return setmetatable({ source = source, position = 1, line = 1 }, Lexer)
end

function Lexer:fail(message) error("line " .. self.line .. ": " .. message, 0) end

function Lexer:count_lines(first, last)
  local position = find(self.source, "\n", first, true)
  while position and position <= last do
    self.line = self.line + 1
    position = find(self.source, "\n", position + 1, true)
  end
end

-- Returns the contents of a long bracket that opens at the position, or nil if none opens there.
function Lexer:long_bracket(position)
  local _, opened, level = find(self.source, "^%[(=*)%[", position)
  if not opened then return nil end
  local first, last = find(self.source, "]" .. level .. "]", opened + 1, true)
  if not first then self:fail("unfinished long bracket") end
  self:count_lines(position, last)
  self.position = last + 1
  return sub(self.source, opened + 1, first - 1)
end

function Lexer:skip_blank()
  local source = self.source
  while true do
    local position = find(source, "[^ \t\r]", self.position)
    if not position then
      self.position = #source + 1
      return
    end
    self.position = position
    local c = byte(source, position)
    if c == 10 then
      self.line = self.line + 1
      self.position = position + 1
    elseif c == 45 and byte(source, position + 1) == 45 then
      if not self:long_bracket(position + 2) then
        self.position = find(source, "\n", position, true) or #source + 1
      end
    else
      return
    end
  end
end

function Lexer:quoted(quote)
  local source, position = self.source, self.position + 1
  while true do
    local c = byte(source, position)
    if not c or c == 10 then self:fail("unfinished string") end
    if c == quote then break end
    position = position + (c == 92 and 2 or 1)
  end
  local text = sub(source, self.position + 1, position - 1)
  self.position = position + 1
  return "string", text
end

function Lexer:number()
  local source, position = self.source, self.position
  local _, last = find(source, "^0[xX][%x%.]+[pP]?[-+]?%d*", position)
  if not last then _, last = find(source, "^%d*%.?%d*[eE]?[-+]?%d*", position) end
  -- A sign belongs to the number only behind an exponent letter.
  local text = sub(source, position, last)
  if not find(text, "[eEpP]", 1) then
    _, last = find(source, "^[%x%.xX]+", position)
    text = sub(source, position, last)
  end
  self.position = last + 1
  return "number", text
end

-- Returns the kind and the text of the next token.
function Lexer:next()
  self:skip_blank()
  local source, position = self.source, self.position
  local c = byte(source, position)
  if not c then return "end", "" end
  if c >= 97 and c <= 122 or c >= 65 and c <= 90 or c == 95 then
    local _, last = find(source, "^[%w_]+", position)
    local text = sub(source, position, last)
    self.position = last + 1
    if KEYWORDS[text] then return "keyword", text end
    return "name", text
  elseif c >= 48 and c <= 57 then
    return self:number()
  elseif c == 34 or c == 39 then
    return self:quoted(c)
  elseif c == 91 then
    local text = self:long_bracket(position)
    if text then return "string", text end
  end
  local text = sub(source, position, position + 2)
  if not OPERATORS3[text] then
    text = sub(text, 1, 2)
    if not OPERATORS2[text] then text = sub(text, 1, 1) end
  end
  if not find(text, "^[%p]") then self:fail("unexpected character") end
  self.position = position + #text
  return "operator", text
end

local TEMPLATE = [==[
-- Function number @ does nothing useful.
local function compute_@(first, second, ...)
  local total_@, text = first * @ + 0x1F, "value: \"@\""
  for index = 1, @ do --[[ inline
    comment over two lines ]]
    if index % 2 == 0 and first ~= nil then
      total_@ = total_@ + index // 3 .. 'tail' -- line comment
    elseif second >= 3.25e-2 then
      text = text .. [[long
string @]] .. #text
    else
      goto continue
    end
    ::continue::
  end
  return { total = total_@, [text] = not second, ... }
end
]==]

local pieces = {}
for i = 1, size do pieces[i] = TEMPLATE:gsub("@", tostring(i)) end
local source = table.concat(pieces)

local counts = { keyword = 0, name = 0, number = 0, string = 0, operator = 0 }
local names, distinct, sum, lines = {}, 0, 0, 0
for _ = 1, 10 do
  local lexer = Lexer.new(source)
  local kind, text = lexer:next()
  while kind ~= "end" do
    counts[kind] = counts[kind] + 1
    sum = (sum * 31 + #text) % 1000003
    if kind == "name" and not names[text] then
      names[text] = true
      distinct = distinct + 1
    end
    kind, text = lexer:next()
  end
  lines = lines + lexer.line
end
print(#source, lines, distinct, sum)
print(counts.keyword, counts.name, counts.number, counts.string, counts.operator)
