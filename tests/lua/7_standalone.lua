-- Manual 7: the script's arguments.
--! args: one "two words" 3
print(#arg, arg[1], arg[2], arg[3], arg[0], arg[-1] ~= nil)   --> 3	one	two words	3	7_standalone.lua	true
print(...)                                                    --> one	two words	3
print(select("#", ...), type((select(3, ...))))               --> 3	string
