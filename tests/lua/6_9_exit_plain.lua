-- os.exit without closing: no metamethods run, but C's buffers are flushed.
--! exit: 1
local t <close> = setmetatable({}, {__close = function() print("closed") end})
io.write("flushed\n")   --> flushed
os.exit(false)
