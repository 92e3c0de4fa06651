-- The warning about a finalizer that cannot be called names it.
--! error: Lua warning: error in __gc (attempt to call a boolean value (metamethod '__gc'))
--! exit: 1
warn "@on"
setmetatable({}, {__gc = true})
collectgarbage()
os.exit(1, true)
