-- Manual 6.9: os.
assert(math.type(os.time()) == "integer" and math.type(os.clock()) == "float")
local t0 = {year = 2024, month = 2, day = 30, hour = 25, min = 61, sec = -5}
local stamp = os.time(t0)
print(t0.year, t0.month, t0.day, t0.hour, t0.min, t0.sec, t0.yday, t0.wday)   --> 2024	3	2	2	0	55	62	7
assert(os.time(t0) == stamp)
print(os.date("!%Y-%m-%d %H:%M:%S", 0), os.date("!%c", 86400), os.date("!%x %X %p %A %B %j", 1e9))   --> 1970-01-01 00:00:00	Fri Jan  2 00:00:00 1970	09/09/01 01:46:40 AM Sunday September 252
local d = os.date("!*t", 1700000000)
print(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst)   --> 2023	11	14	22	13	20	3	318	false
print(os.time{year = 2000, month = 1, day = 1} == os.time{year = 2000, month = 1, day = 1, hour = 12}, os.date("!%%"))   --> true	%
print(os.time{year = "2000", month = "1", day = "2", hour = 3.0} == os.time{year = 2000, month = 1, day = 2, hour = 3})   --> true
print(pcall(os.time, {year = 2000}))                   --> false	field 'month' missing in date table
print(pcall(os.time, {year = 2000, month = "x", day = 1}))   --> false	field 'month' is not an integer
print(pcall(os.time, {year = 2000, month = 1.5, day = 1}))   --> false	field 'month' is not an integer
print(pcall(os.time, {year = 1 << 40, month = 1, day = 1}))  --> false	field 'year' is out-of-bound
print(pcall(os.date, "%E"))                            --> false	bad argument #1 to 'os.date' (invalid conversion specifier '%E')
print(pcall(os.date, "%Q"))                            --> false	bad argument #1 to 'os.date' (invalid conversion specifier '%Q')
print(pcall(os.date, "%"))                             --> false	bad argument #1 to 'os.date' (invalid conversion specifier '%')
print(pcall(os.date, "*t", 1 << 60))                   --> false	date result cannot be represented in this installation
print(pcall(os.date, "*t", 1.5))                       --> false	bad argument #2 to 'os.date' (number has no integer representation)
print(os.date("!%H", 3600.0), #os.date(), os.date("") == "", os.date("!%Ey %Od", 0))   --> 01	24	true	70 01
print(os.difftime(10, 5), os.difftime(5, 10))          --> 5.0	-5.0
print(os.getenv("HOME") ~= nil, os.getenv("NO_SUCH_VARIABLE_HERE"))   --> true	nil
local name = os.tmpname()
local f = io.open(name, "w") f:close()
print(os.rename(name, name .. ".new"), os.remove(name .. ".new"))   --> true	true
print((select(2, os.remove(name)):gsub("^.*: ", "")), select(3, os.remove(name)))   --> No such file or directory	2
print((select(2, os.rename(name, "/x")):gsub("^.*: ", "")), select("#", os.rename(name, name .. "2")))   --> No such file or directory	3
print(os.execute("exit 3"))                            --> nil	exit	3
print(os.execute("true"))                              --> true	exit	0
print(os.execute("kill -9 $$"))                        --> nil	signal	9
print(os.execute())                                    --> true
print(os.setlocale("C"), os.setlocale(nil, "numeric"), os.setlocale("nolocale"), pcall(os.setlocale, "C", "bad"))   --> C	C	nil	false	bad argument #2 to 'os.setlocale' (invalid option 'bad')
local c = os.clock()
for i = 1, 10000 do local x = {i} end
assert(os.clock() >= c)
