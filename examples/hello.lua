-- A small tour: closures, tables with a metatable, coroutines, patterns, integers and floats.

local Point = {}
Point.__index = Point
Point.__add = function(a, b) return Point.new(a.x + b.x, a.y + b.y) end
Point.__tostring = function(p) return "(" .. p.x .. ", " .. p.y .. ")" end

function Point.new(x, y)
  return setmetatable({x = x, y = y}, Point)
end

function Point:length()
  return math.sqrt(self.x ^ 2 + self.y ^ 2)
end

-- The sieve, as a stream: each composite number ahead knows one prime that divides it.
local function primes()
  return coroutine.wrap(function()
    local divisor = {}
    for candidate = 2, math.maxinteger do
      local prime = divisor[candidate]
      if prime then
        divisor[candidate] = nil
        local multiple = candidate + prime
        while divisor[multiple] do multiple = multiple + prime end
        divisor[multiple] = prime
      else
        divisor[candidate * candidate] = candidate
        coroutine.yield(candidate)
      end
    end
  end)
end

local function word_counts(text)
  local counts, order = {}, {}
  for word in text:lower():gmatch("%a+") do
    if not counts[word] then order[#order + 1] = word end
    counts[word] = (counts[word] or 0) + 1
  end
  table.sort(order, function(a, b)
    return counts[a] > counts[b] or (counts[a] == counts[b] and a < b)
  end)
  return order, counts
end

print("Hello from " .. _VERSION .. "!")                    --> Hello from Lua 5.4!

local sum = Point.new(1, 2) + Point.new(2, 2)
print(tostring(sum), sum:length())                         --> (3, 4)	5.0

local first = {}
for prime in primes() do
  if #first == 10 then break end
  first[#first + 1] = prime
end
print(table.concat(first, " "))                            --> 2 3 5 7 11 13 17 19 23 29

local order, counts = word_counts("The table, the shape and the slot: a table has a shape.")
for rank = 1, 3 do
  print(rank, order[rank], counts[order[rank]])
end
--> 1	the	3
--> 2	a	2
--> 3	shape	2

print(7 // 2, 7 / 2, 2^53 | 0, 1 << 62)                    --> 3	3.5	9007199254740992	4611686018427387904

local ok, message = pcall(function() return nil + 1 end)
print(ok, (message:gsub("^.-:%d+: ", "")))                 --> false	attempt to perform arithmetic on a nil value
