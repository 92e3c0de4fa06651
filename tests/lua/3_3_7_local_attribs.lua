-- Manual 3.3.7: local declarations, <const>, scope.
local a <const>, b = 1, 2
assert(a == 1 and b == 2)
b = a + 1
local x <const> = "text"
local function f() return x .. a end
assert(f() == "text1")
local K <const> = 10
local t = {[K] = K, K}
assert(t[K] == 10 and t[1] == 10 and K * 2 + K == 30 and -K == -10 and K // 3 == 3 and K .. "" == "10")
local N <const>, T <const>, F <const>, S <const>, D <const> = nil, true, false, "s", 1.5
assert(N == nil and T and not F and S == "s" and D == 1.5 and (N or S) == "s" and (T and D) == 1.5)
if N then error() elseif F then error() elseif T then else error() end
local mz <const> = -0.0
assert(1 / mz == -math.huge)
do
  local K <const> = K + 1
  assert(K == 11)
  local function g() local K = K; K = K + 1 return K end
  assert(g() == 12 and K == 11)
end
local dynamic <const> = os.time() > 0 and "d"
assert((function() return (function() return dynamic end)() end)() == "d")
-- A local's own initialiser sees the outer variable.
local v = 1
do local v = v + 1 assert(v == 2) end
local function rec(n) if n == 0 then return "r" end return rec(n - 1) end
assert(rec(3) == "r")
local norec = function() return norec end
assert(norec() == nil)
local function refuse(code) local f, m = load(code, "=l") assert(not f, code) return m end
print(refuse("local a <const> = 1; a = 2"))                       --> l:1: attempt to assign to const variable 'a'
print(refuse("local a <const> = 1; function a() end"))            --> l:1: attempt to assign to const variable 'a'
print(refuse("local a <const> = 1; (function() a = 2 end)()"))    --> l:1: attempt to assign to const variable 'a'
print(refuse("local a <const> = f(); local b; b, a = 1, 2"))      --> l:1: attempt to assign to const variable 'a'
print(refuse("local a <close> = nil; a = 2"))                     --> l:1: attempt to assign to const variable 'a'
print(refuse("local a <close>, b <close> = 1, 2"))                --> l:1: multiple to-be-closed variables in local list
print(refuse("local a <x> = 1"))                                  --> l:1: unknown attribute 'x'
print(refuse("local a <const = 1"))                               --> l:1: '>' expected near '='
assert(load("local a <const> = 1; local a = a; a = 2"))
assert(load("local a <const> = 1; for a = 1, 2 do a = 3 end"))
