-- An error that nothing catches: status 1, message with program name on stderr, output kept.
--! error: 7_error_exit.lua:5: attempt to index a nil value (local 'missing')
print("before")   --> before
local missing
print(missing.field)
