-- engines: all
-- kind: strings
-- count-size: 3500
-- Records of separated values: splitting with find, gmatch and bytes, trimming, case, joining with
-- concat.
local size = tonumber((...)) or 140000

local byte, find, sub = string.byte, string.find, string.sub

local function split_plain(text, separator)
  local fields, count, start = {}, 0, 1
  while true do
    local first, last = find(text, separator, start, true)
    count = count + 1
    if not first then
      fields[count] = sub(text, start)
      return fields
    end
    fields[count] = sub(text, start, first - 1)
    start = last + 1
  end
end

local function split_pattern(text)
  local fields = {}
  for field in text:gmatch("[^,]+") do fields[#fields + 1] = field end
  return fields
end

local function split_bytes(text, separator)
  local fields, start = {}, 1
  for i = 1, #text do
    if byte(text, i) == separator then
      fields[#fields + 1] = sub(text, start, i - 1)
      start = i + 1
    end
  end
  fields[#fields + 1] = sub(text, start)
  return fields
end

local function trim(text) return text:match("^%s*(.-)%s*$") end
local function starts_with(text, prefix) return sub(text, 1, #prefix) == prefix end

local lines = {}
for i = 1, size do
  lines[i] = table.concat({ "row" .. i, i * 7 % 1000, "  name " .. i % 50 .. " ", "Mixed Case",
    "x" .. i % 3, "end" }, ",")
end

local sum, groups = 0, {}
for i = 1, #lines do
  local line = lines[i]
  local fields = split_plain(line, ",")
  local name = trim(fields[3])
  groups[name] = (groups[name] or 0) + tonumber(fields[2])
  sum = sum + #fields + #split_pattern(line) + #split_bytes(line, 44)
  local joined = table.concat(fields, ";", 2, 5):lower()
  if starts_with(joined, "7;") or joined:upper() == joined then sum = sum + 1 end
  sum = (sum + #joined + (find(joined, "case", 1, true) or 0)) % 1000000007
  if line < (lines[i + 1] or "") then sum = sum + 1 end
end

local names = {}
for name in pairs(groups) do names[#names + 1] = name end
table.sort(names)
local report = {}
for i, name in ipairs(names) do report[i] = name .. "=" .. groups[name] end
print(sum, #table.concat(report, " "), #names, groups["name 7"])
