-- Manual 6.9: what the functions of os say about wrong arguments.
local function e(f, ...) print((select(2, pcall(f, ...)))) end
local function site(text, ...) e(assert(load(text, "=c")), ...) end
e(os.date, {})  --> bad argument #1 to 'os.date' (string expected, got table)
e(os.date, "%c", "x")  --> bad argument #2 to 'os.date' (number expected, got string)
e(os.date, "%c", 1.5)  --> bad argument #2 to 'os.date' (number has no integer representation)
e(os.date, "%c", {})  --> bad argument #2 to 'os.date' (number expected, got table)
for _, format in ipairs {"%", "%E", "%O", "%Ez", "%Oc", "%5", "%Q", "%L", "%-d", "%!", "abc%", "!%", "%\0"} do e(os.date, format, 0) end
--> bad argument #1 to 'os.date' (invalid conversion specifier '%')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%E')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%O')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%Ez')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%Oc')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%5')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%Q')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%L')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%-d')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%!')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%')
--> bad argument #1 to 'os.date' (invalid conversion specifier '%')
e(os.date, "*t", math.maxinteger)  --> date result cannot be represented in this installation
e(os.date, "!*t", math.mininteger)  --> date result cannot be represented in this installation
e(os.date, "%Y", 1 << 60)  --> date result cannot be represented in this installation
print(os.date("!%a %b %d %e %D %F %g %G %h %H %I %j %m %M %p %r %R %S %T %u %U %V %w %W %x %X %y %Y %Z %%", 86400 * 200))  --> Mon Jul 20 20 07/20/70 1970-07-20 70 1970 Jul 00 12 201 07 00 AM 12:00:00 AM 00:00 00 00:00:00 1 29 30 1 29 07/20/70 00:00:00 70 1970 GMT %
print(os.date("!%Ec|%EC|%Ex|%EX|%Ey|%EY|%Od|%Oe|%OH|%OI|%Om|%OM|%OS|%Ou|%OU|%OV|%Ow|%OW|%Oy|%z|%C|%A|%B|%c", 86400 * 200))  --> Mon Jul 20 00:00:00 1970|19|07/20/70|00:00:00|70|1970|20|20|00|12|07|00|00|1|29|30|1|29|70|+0000|19|Monday|July|Mon Jul 20 00:00:00 1970
local t = os.date("!*t", 1e9)
print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst)  --> 2001	9	9	1	46	40	1	252	false
print(os.date("!*tx", 0).year, os.date("", 0) == "", os.date("!", 0) == "", os.date("%%", 0))  --> nil	true	true	%
e(os.time, 1)  --> bad argument #1 to 'os.time' (table expected, got number)
e(os.time, "x")  --> bad argument #1 to 'os.time' (table expected, got string)
e(os.time, {})  --> field 'year' missing in date table
e(os.time, {year = 2000})  --> field 'month' missing in date table
e(os.time, {year = 2000, month = 1})  --> field 'day' missing in date table
e(os.time, {year = "x", month = 1, day = 1})  --> field 'year' is not an integer
e(os.time, {year = 1.5, month = 1, day = 1})  --> field 'year' is not an integer
e(os.time, {year = 1 << 33, month = 1, day = 1})  --> field 'year' is out-of-bound
e(os.time, {year = 2000, month = 1 << 33, day = 1})  --> field 'month' is out-of-bound
e(os.time, {year = 2000, month = 1, day = math.mininteger})  --> field 'day' is out-of-bound
e(os.time, {year = 2000, month = 1, day = 1, hour = {}})  --> field 'hour' is not an integer
e(os.time, {year = 2000, month = 1, day = 1, hour = "1.5"})  --> field 'hour' is not an integer
e(os.time, {year = 2000, month = 1, day = 1, min = true})  --> field 'min' is not an integer
e(os.time, {year = -(1 << 31) + 1900 - 1, month = 1, day = 1})  --> field 'year' is out-of-bound
e(os.time, setmetatable({}, {__index = function(_, k) error("field " .. k, 0) end}))  --> field year
t = {year = 2001, month = 14, day = -3, hour = 30, min = -1, sec = 3600, extra = "kept", isdst = false}
os.time(t)
print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst, t.extra)  --> 2002	1	29	6	59	0	3	29	false	kept
print(os.time{year = 2000, month = 1, day = 1} - os.time{year = 2000, month = 1, day = 1, hour = 0}, os.time{year = 2000, month = 1, day = 2, hour = "0x0c"} - os.time{year = 2000, month = 1, day = 1})  --> 43200	86400
e(os.difftime)  --> bad argument #1 to 'os.difftime' (number expected, got no value)
e(os.difftime, 1)  --> bad argument #2 to 'os.difftime' (number expected, got no value)
e(os.difftime, 1, "x")  --> bad argument #2 to 'os.difftime' (number expected, got string)
e(os.difftime, 1.5, 1)  --> bad argument #1 to 'os.difftime' (number has no integer representation)
print(os.difftime(5, 3), os.difftime("5", 3.0), os.difftime(math.maxinteger, 0))  --> 2.0	2.0	9.2233720368548e+18
e(os.execute, {})  --> bad argument #1 to 'os.execute' (string expected, got table)
e(os.exit, "x")  --> bad argument #1 to 'os.exit' (number expected, got string)
e(os.exit, {})  --> bad argument #1 to 'os.exit' (number expected, got table)
e(os.exit, 1.5)  --> bad argument #1 to 'os.exit' (number has no integer representation)
e(os.getenv)  --> bad argument #1 to 'os.getenv' (string expected, got no value)
e(os.getenv, {})  --> bad argument #1 to 'os.getenv' (string expected, got table)
e(os.remove)  --> bad argument #1 to 'os.remove' (string expected, got no value)
e(os.remove, {})  --> bad argument #1 to 'os.remove' (string expected, got table)
e(os.rename)  --> bad argument #1 to 'os.rename' (string expected, got no value)
e(os.rename, "x")  --> bad argument #2 to 'os.rename' (string expected, got no value)
e(os.setlocale, {})  --> bad argument #1 to 'os.setlocale' (string expected, got table)
e(os.setlocale, "C", 1)  --> bad argument #2 to 'os.setlocale' (invalid option '1')
e(os.setlocale, "C", "x")  --> bad argument #2 to 'os.setlocale' (invalid option 'x')
for _, category in ipairs {"all", "collate", "ctype", "monetary", "numeric", "time"} do print(category, os.setlocale("C", category), os.setlocale(nil, category), os.setlocale("no such locale", category)) end
--> all	C	C	nil
--> collate	C	C	nil
--> ctype	C	C	nil
--> monetary	C	C	nil
--> numeric	C	C	nil
--> time	C	C	nil
print(os.remove("/no/such/file"))  --> nil	/no/such/file: No such file or directory	2
print(os.rename("/no/such/file", "/no/other"))  --> nil	No such file or directory	2
print(os.execute("exit 5"))  --> nil	exit	5
print(os.execute("kill -2 $$"))  --> nil	signal	2
print(os.execute(nil), os.execute("") == true)  --> true	true
site "os.time(1)"  --> c:1: bad argument #1 to 'time' (table expected, got number)
site "os.date('%Ez')"  --> c:1: bad argument #1 to 'date' (invalid conversion specifier '%Ez')
site "os.getenv()"  --> c:1: bad argument #1 to 'getenv' (string expected, got no value)
site "os.exit('x')"  --> c:1: bad argument #1 to 'exit' (number expected, got string)
