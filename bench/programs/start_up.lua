-- engines: all
-- kind: start-up
-- count-size: 1
-- starts: 200
-- A program that does next to nothing, started again and again: opening the state and its libraries, reading
-- and compiling a file, ending.
local words = {}
for word in ("opening compiling running closing"):gmatch("%a+") do words[#words + 1] = word end
print(#words, table.concat(words, " "))
