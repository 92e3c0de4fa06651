-- Runs the program named by argument 1, and prints what it logs: values, messages, tracebacks.
-- For differential.py, which compares the output of two implementations.

local SHOWN = 4000 -- entries; programs may loop
local entries = {}

local function log(kind, ...)
  if #entries >= SHOWN then return end
  local parts = table.pack(...)
  for i = 1, parts.n do parts[i] = tostring(parts[i]) end
  entries[#entries + 1] = kind .. " " .. table.concat(parts, " ")
end

local function shown(value)
  local kind = type(value)
  if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
  return kind == "string" and value:sub(1, 20) or kind
end

local function described(message)
  if type(message) ~= "string" then message = "(" .. type(message) .. ")" end
  local text = debug.traceback(message, 2):gsub("0x%x+", "ADDRESS")
  return (text:gsub("differential%.lua:%d+", "driver"):gsub("\n%s+", " | "))
end

-- The order of fields is allowed to differ.
local plain_pairs = pairs

function pairs(t)
  if type(t) ~= "table" then return plain_pairs(t) end
  local keys = {}
  for key in next, t do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return shown(a) < shown(b) end)
  local at = 0
  return function()
    at = at + 1
    return keys[at], t[keys[at]]
  end
end

-- What programs find: a function that reports its arguments, one that runs another and reports its
-- error, one that returns its argument, and some values.
function report(...)
  local values = table.pack(...)
  for i = 1, values.n do values[i] = shown(values[i]) end
  log("value", table.concat(values, ","))
end

function try(f, ...)
  local ok, message = xpcall(f, described, ...)
  if not ok then log("error", message) end
  return ok
end

function same(x) return x end

special = setmetatable({}, {
  __index = function(_, key) if key == "boom" then error "no such field" end end,
  __add = function() return 1 end,
  __call = function(_, x) return x end,
  __concat = function() return "joined" end,
  __lt = function() return true end,
  __le = function() return false end,
  __len = function() return 3 end,
  __unm = function() return 5 end,
  __close = function() end,
  __eq = function() return true end,
})
fields = {x = 1, y = {z = 2}, s = "str", f = function(...) return ... end}
one, two, nothing = 1, "two", nil

local chunk = assert(loadfile(arg[1]))
local ok, message = xpcall(chunk, described, 1, 2)
log("end", ok, not ok and message or "")
print(table.concat(entries, "\n"))
