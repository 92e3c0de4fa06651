-- Standard input.
--! stdin: first line\n42 0x10\nrest\nof it
print(io.read())              --> first line
print(io.read("n", "n"))      --> 42	16
io.read()
for l in io.lines() do print("<" .. l .. ">") end
--> <rest>
--> <of it>
print(io.read("a") == "", io.read("l"))   --> true	nil
