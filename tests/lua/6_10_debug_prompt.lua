-- Manual 6.10: debug.debug runs lines of standard input until "cont" or the end; prompts and errors go to
-- standard error.
--! stdin: print("first", ...)\nx = 5\nlocal y = 6\nprint(x, y)\nreturn 1\nsyntax error\nerror("caught")\ncont\nprint("second")
print(debug.debug())            --> first
--> 5	nil
-->
print(select("#", debug.debug()), x)   --> second
--> 0	5
debug.debug()
print(io.read())                --> nil
