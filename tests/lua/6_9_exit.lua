-- os.exit: status, closing the state on request.
--! exit: 7
local t <close> = setmetatable({}, {__close = function() print("closed") end})
kept = setmetatable({}, {__gc = function() print("collected") end})
io.write("before")
os.exit(7, true)
--> beforeclosed
--> collected
