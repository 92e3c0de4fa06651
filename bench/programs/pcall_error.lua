-- engines: all
-- kind: pcall
-- count-size: 12000
-- Protected calls that fail: string messages, error objects, faults of operators, rethrowing.
local size = tonumber((...)) or 490000

local function raise_text() error("out of range") end
local function raise_plain() error("plain", 0) end
local function raise_object(object) error(object) end
local function index_nil(t) return t.missing.field end
local function deep(n)
  if n == 0 then error("bottom", 0) end
  return 1 + deep(n - 1)
end
local function rethrow()
  local ok, message = pcall(raise_plain)
  if not ok then error(message .. "!", 0) end
end

local empty, object = {}, { code = 7 }
local lengths, codes, rethrown, handled = 0, 0, 0, 0
for _ = 1, size do
  local _, message = pcall(raise_text)
  lengths = lengths + (message:find("out of range", 1, true) and 1 or 0)
  _, message = pcall(raise_object, object)
  codes = codes + message.code
  _, message = pcall(index_nil, empty)
  lengths = lengths + (message:find("missing", 1, true) and 1 or 0)
  _, message = pcall(rethrow)
  rethrown = rethrown + #message
  _, message = pcall(deep, 10)
  lengths = lengths + #message
  _, message = xpcall(raise_plain, function(text) return text .. " handled" end)
  handled = handled + #message
end
print(lengths, codes, rethrown, handled)
