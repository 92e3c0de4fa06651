-- An error object with __tostring that nothing catches.
--! error: shown by __tostring
error(setmetatable({}, {__tostring = function() return "shown by __tostring" end}))
