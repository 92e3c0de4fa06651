-- Manual 6.4.1: patterns: find, match, gmatch, gsub.
-- Classes agree with C's locale "C" for each byte.
local function class(c) local r = {} for i = 0, 255 do if string.char(i):find("%" .. c) then r[#r + 1] = i end end return r end
local function ranges(list)
  local out, i = {}, 1
  while i <= #list do local j = i while list[j + 1] == list[j] + 1 do j = j + 1 end out[#out + 1] = list[i] == list[j] and list[i] or list[i] .. "-" .. list[j] i = j + 1 end
  return table.concat(out, ",")
end
for c in ("acdglpsuwx"):gmatch(".") do
  print(c, ranges(class(c)))
  assert(#class(c) + #class(c:upper()) == 256)
end
--> a	65-90,97-122
--> c	0-31,127
--> d	48-57
--> g	33-126
--> l	97-122
--> p	33-47,58-64,91-96,123-126
--> s	9-13,32
--> u	65-90
--> w	48-57,65-90,97-122
--> x	48-57,65-70,97-102
-- find
print(("hello world"):find("wor"), ("hello"):find("l"), ("hello"):find("xyz"), ("hello"):find(""), (""):find(""), ("hello"):find("", 10))   --> 7	3	nil	1	1	nil
print(("hello"):find("l", -2), ("hello"):find("l", 5), ("hello"):find("", 6), ("a.b"):find(".", 1, true), ("a.b"):find("%."), ("a+b"):find("+", 1, true))   --> 4	nil	6	2	2	2	2
print(("key = value"):find("(%w+)%s*=%s*(%w+)"), ("abc"):find("b", -100), ("abc"):find("()", 4))   --> 1	2	4	3	4
print(("a\0b\0c"):find("\0c"), ("a\0b"):find("%z"), ("x"):find("x", math.mininteger), ("x"):find("x", math.maxinteger))   --> 4	2	1	nil
print(("x^y"):find("^", 1, true), ("x"):find("^x"), ("yx"):find("^x"), ("yx"):find("^x", 2), ("a$"):find("a$"), ("a$b"):find("a$b"))   --> 2	1	nil	2	nil	1	3
-- match
print(("2024-01-31"):match("(%d+)-(%d+)-(%d+)"))          --> 2024	01	31
print(("  trim  "):match("^%s*(.-)%s*$") == "trim", ("abc"):match("b"), ("abc"):match("(b)()"), ("abc"):match("x"))   --> true	b	b	nil
print(("THE (quick) fox"):match("%((%a+)%)"), ("f(a(b)c)d"):match("%b()"), ("f(a(b"):match("%b()"), ("[[x]]"):match("%b[]"))   --> quick	(a(b)c)	nil	[[x]]
print(("THE (quick) fox"):find("%f[%a]%a+%f[%A]", 2), ("THE fox"):match("%f[%l]%a+"), (""):match("%f[%z]") == "", ("a"):match("a%f[%z]"))   --> 6	fox	false	a
print(("aXb"):match("%u"), ("x-y"):match("[%a-]+"), ("x]y"):match("[]]"), ("x^y"):match("[%^x]+"), ("a-z"):match("[a%-z]+"), ("b"):match("[^a]"), ("5"):match("[0-9a-f]"))   --> X	x-y	]	x^	a-z	b	5
print(("aaa"):match("a*"), ("aaa"):match("a-"), ("aaa"):match("a+"), ("aaa"):match("a?"), ("aaab"):match("a-b"), ("baaa"):match("a*"), ("xyz"):match("(a*)(x)(.?)"))   --> aaa		aaa	a	aaab			x	y
print(("abab"):match("(ab)%1"), ("abba"):match("(.)(.)%2%1"), ("'q\"q'"):match("(['\"])(.-)%1"), ("aa"):match("(a)(%1)"))   --> ab	a	'	a	a
print(("abc"):match("a(.-)$"), ("abc"):match("^(a)(b)(c)$"), ("abc"):match("((a)(b))"), ("abc"):match("()b()"))   --> bc	a	ab	2	3
print(("hello"):match(".-(l+)(.*)"), ("k=v"):match("^(.-)=(.*)$"), ("x"):match("(x?)(y?)"), ("0x1F"):match("^0[xX](%x+)$"))   --> ll	k	x	1F
-- gmatch
local function all(s, p, i) local r = {} for a, b in s:gmatch(p, i) do r[#r + 1] = tostring(a) .. (b and ":" .. tostring(b) or "") end return table.concat(r, ",") end
print(all("one two  three", "%a+"), all("k1=v1, k2=v2", "(%w+)=(%w+)"), all("abc", ""), all("abc", "()"), all("", "x*"), all("aaa", "a"), all("abc", "%a", 2), all("abc", "%a", -1), all("ab", "^a"), "|")   --> one,two,three	k1:v1,k2:v2	,,,	1,2,3,4		a,a,a	b,c	c		|
print(all("xaxbx", "x-"), all("THE (quick) fox", "%f[%a]%a+"), all("a,b,,c", "([^,]*)"), all("abc", ".-"), all("1 2 3", "%d", 3))   --> ,,,,,	THE,quick,fox	a,b,,c	,,,	2,3
local it = ("ab"):gmatch(".")
print(it(), it(), it(), it())                             --> a	b	nil
-- gsub
print(("hello"):gsub("l", "L"), ("hello"):gsub("l", "L", 1), ("hello"):gsub("l", "L", 0), ("hello"):gsub("", "-"), ("abc"):gsub("%w", "%0%0"), ("abc"):gsub("(a)(b)", "%2%1"))   --> heLLo	heLlo	hello	-h-e-l-l-o-	aabbcc	bac	1
print(("abc"):gsub("b", "%%"), ("abc"):gsub(".", {a = 1, b = true and "B", c = false}), ("abc"):gsub("(.)(.)", {a = "first"}), ("hello world"):gsub("o", "0", 1))   --> a%c	1Bc	firstc	hell0 world	1
print(("$name is $age"):gsub("%$(%w+)", {name = "Bob", age = 42}), ("4+5"):gsub("%d", function(d) return d * 2 end), ("abc"):gsub("%w", function() end), ("abc"):gsub("b", function() return false end))   --> Bob is 42	8+10	abc	abc	1
print(("abc"):gsub("", "x"), (""):gsub("", "x"), ("abc"):gsub("b*", "x"), ("aaa"):gsub("^a", "b"), ("a.b.c"):gsub("%.", "%%"), ("x"):gsub(".", "%1"), ("ab"):gsub("()", "%1"))   --> xaxbxcx	x	xaxcx	baa	a%b%c	x	1a2b3	3
print(("hello world"):gsub("(o)", "<%1>"), ("abc"):gsub(".", "%0%1"), ("x y"):gsub("(%w) (%w)", "%2 %1"), ("trailing  "):gsub("%s+$", ""), ("a\0b"):gsub("%z", "0"), ("\0\0"):gsub("\0", "z"))   --> hell<o> w<o>rld	aabbcc	y x	trailing	a0b	zz	2
-- Errors
local function e(f, ...) return (select(2, pcall(string[f], ...))) end
print(e("find", "a", "%"))               --> malformed pattern (ends with '%')
print(e("find", "a", "[a"))              --> malformed pattern (missing ']')
print(e("find", "a", "[]"))              --> malformed pattern (missing ']')
print(e("find", "a", "[^]"))             --> malformed pattern (missing ']')
print(e("find", "a", "[a%"))             --> malformed pattern (missing ']')
print(e("find", "a", "(a"))              --> unfinished capture
print(e("find", "a", "a)"))              --> nil
print(e("find", "a", "%1"))              --> invalid capture index %1
print(e("find", "aa", "(a)%2"))          --> invalid capture index %2
print(e("find", "aa", "(a%1)"))          --> invalid capture index %1
print(e("find", "a", "%b"))              --> malformed pattern (missing arguments to '%b')
print(e("find", "a", "%bx"))             --> malformed pattern (missing arguments to '%b')
print(e("find", "a", "%f"))              --> missing '[' after '%f' in pattern
print(e("find", "a", "%fa"))             --> missing '[' after '%f' in pattern
print(e("find", "a", ("(a)"):rep(40)))   --> nil
print(e("find", ("a"):rep(40), ("(a)"):rep(33)))   --> too many captures
print(e("gsub", "a", "a", "%"))          --> invalid use of '%' in replacement string
print(e("gsub", "a", "a", "%2"))         --> invalid capture index %2
print(e("gsub", "a", "a", "%x"))         --> invalid use of '%' in replacement string
print(e("gsub", "a", "a"))               --> bad argument #3 to 'string.gsub' (string/function/table expected, got no value)
print(e("gsub", "a", "a", true))         --> bad argument #3 to 'string.gsub' (string/function/table expected, got boolean)
print(e("gsub", "a", "a", {a = {}}))     --> invalid replacement value (a table)
print(e("gsub", "a", "a", function() return {} end))   --> invalid replacement value (a table)
print(e("gsub", "a", "a", function() error("cb", 0) end))   --> cb
print(e("gmatch", "a"))                  --> bad argument #2 to 'string.gmatch' (string expected, got no value)
print(e("match", {}, "a"))               --> bad argument #1 to 'string.match' (string expected, got table)
print(e("rep", "x", 1, {}))              --> bad argument #3 to 'string.rep' (string expected, got table)
print(e("find", ("a"):rep(300000), (".-"):rep(300000) .. "b"))   --> pattern too complex
print(e("match", ("x"):rep(300000), ("x?"):rep(300000) .. ("x"):rep(300000)))   --> pattern too complex
-- Against a plain search, on all short strings over a small alphabet.
local function plain(s, p, i) for k = i, #s - #p + 1 do if s:sub(k, k + #p - 1) == p then return k end end end
local alphabet = {"a", "b", "\0"}
local strings = {""}
for n = 1, 4 do local more = {} for _, s in ipairs(strings) do if #s == n - 1 then for _, c in ipairs(alphabet) do more[#more + 1] = s .. c end end end table.move(more, 1, #more, #strings + 1, strings) end
for _, s in ipairs(strings) do for _, p in ipairs(strings) do
  if #p <= 2 then
    for i = 1, #s + 1 do
      local at = plain(s, p, i)
      assert(s:find(p, i, true) == at and s:find(p, i) == at)
      assert((s:match("()" .. p, i)) == at)
    end
  end
end end
-- Long subjects and captures; many replacements; position captures.
local long = ("abc,"):rep(20000)
assert(select(2, long:gsub(",", ";")) == 20000 and #long:gsub("%w", "") == 20000 and long:match("^(.*),$") == long:sub(1, -2))
assert(#long:gsub(".", {a = "AA"}) == 100000 and long:find("x", 1, true) == nil and long:find("cba") == nil)
local words = 0
for w, p in (("word "):rep(5000)):gmatch("(%a+)()") do words = words + 1 assert(p == words * 5) end
assert(words == 5000)
assert((("x"):rep(100000) .. "y"):match("x*y") and (("x"):rep(100000)):match("^x-$") and not (("x"):rep(3000)):match("^(x-)-y$"))
assert(("a"):rep(32):match(("(a)"):rep(32)) == "a")
-- Long subjects: searches, runs and backtracking go on behind every part that is done at once.
do
  local function check(n)
    local run = ("a"):rep(n)
    local results = {
      #(run:match("^a+$")), #(run:match("^[a-z]*")), #((run .. "b"):match("^a*b")),
      #((run .. "b"):match("^(.-)b")), #((run .. "b"):match("^[ab]-b$")), (run .. "b"):find("b"),
      (run .. "b"):find("[b-d]"), #((run .. "b"):match("a+b")), (run .. "bc"):find("(b)c"),
      #(("(" .. run .. ")"):match("%b()")), (run .. " x"):find("%f[%s]"),
      select(2, run:gsub("a", "a")), select(2, run:gsub("", "")), #((run .. "bb"):match("^(.*)b")),
      (run .. "b"):find("$"), #((run .. "1"):match("^%a*()%d$") and run),
    }
    for i, v in ipairs(results) do
      local want = ({n, n, n + 1, n, n + 1, n + 1, n + 1, n + 1, n + 1, n + 2, n + 1, n, n + 1, n + 1,
                     n + 2, n})[i]
      assert(v == want, ("%d, %d: %s for %s"):format(n, i, v, want))
    end
    assert(not run:find("a+b") and not run:match("^.-b") and not run:find("[b-c]"))
    local words = 0
    for w in (("ab "):rep(n // 3)):gmatch("%a+") do assert(w == "ab") words = words + 1 end
    assert(words == n // 3)
  end
  for _, n in ipairs {510, 511, 512, 513, 1023, 1024, 1025, 1537, 4095, 4096, 4097} do check(n) end
  local part = 1 << 20
  for _, n in ipairs {part - 1, part, part + 1, 2 * part, 2 * part + 3} do
    local run = ("a"):rep(n)
    assert(#run:match("a+") == n and #run:match("[a-f]*") == n and #(run .. "b"):match("^a*b") == n + 1)
    assert(#((run .. "b"):match("^(a*)ab")) == n - 1)
    assert(("(" .. run .. ")"):find("%b()") == 1 and not ("(" .. run):find("^%b()"))
  end
end
