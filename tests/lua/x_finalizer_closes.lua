-- What a failing finalizer leaves open is closed; the error that comes out at the end is told, once.
--! error: Lua warning: error in __gc (second)
--! exit: 1
warn "@on"
local log, get, set = {}
local function object(name, message)
  return setmetatable({}, {__close = function() log[#log + 1] = name if message then error(message, 0) end end})
end
setmetatable({}, {__gc = function()
  local kept = "kept"
  get, set = function() return kept end, function(v) kept = v end
  local a <close> = object "a"
  local b <close> = object("b", "second")
  error("first", 0)
end})
collectgarbage()
print(table.concat(log, " "))       --> b a
print(select("#", string.byte(("x"):rep(100), 1, -1)), get())   --> 100	kept
set "other"
print(get())                        --> other
os.exit(1, true)
