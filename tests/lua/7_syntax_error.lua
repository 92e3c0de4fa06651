-- A script that doesn't compile.
--! error: 7_syntax_error.lua:4: syntax error near 'is'
print("never")
this is not Lua
