-- engines: all
-- kind: string-building
-- count-size: 4000
-- Builds strings by repeated concatenation, by table.concat and by multi-operand concatenation.
local size = tonumber((...)) or 160000

local function checksum(text)
  local sum = 0
  for i = 1, #text do sum = (sum * 33 + text:byte(i)) % 4294967296 end
  return sum
end

-- Short strings that grow by one piece and start again.
local function by_appending(count)
  local total, line = 0, ""
  for i = 1, count do
    line = line .. "item " .. i .. ", "
    if #line > 400 then
      total = total + #line
      line = ""
    end
  end
  return total + #line
end

-- One long string out of many pieces.
local function by_pieces(count)
  local pieces = {}
  for i = 1, count do pieces[#pieces + 1] = "<li id=" .. i .. ">" .. i * 7 % 1000 .. "</li>" end
  return table.concat(pieces, "\n")
end

-- Many keys of which most have been seen before.
local function by_keys(count)
  local seen, distinct = {}, 0
  for i = 1, count do
    local key = "k" .. i % 1000 .. ":" .. i % 7
    if not seen[key] then
      seen[key] = true
      distinct = distinct + 1
    end
  end
  return distinct
end

local function by_repetition(count)
  local total = 0
  for i = 1, count do
    total = total + #(("ab"):rep(i % 50) .. ("-"):rep(i % 20, "+"):upper() .. ("xyz"):reverse())
  end
  return total
end

for _ = 1, 6 do
  print(by_appending(size), by_keys(size), by_repetition(size))
end
local text = by_pieces(size)
print(#text, checksum(text))
