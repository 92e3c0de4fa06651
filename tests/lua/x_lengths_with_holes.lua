-- The manual lets # be any border. Where small tables get holes, it is the one of the reference in
-- the usual cases: programs that use # and table.insert there have come to rely on it.
local function lengths(t, ...)
  local all = {}
  for i, key in ipairs({...}) do
    t[key] = key
    all[i] = #t
  end
  return table.concat(all, " ")
end

print(lengths({}, 1, 3))                         --> 1 1
print(lengths({}, 1, 3, 4))                      --> 1 1 4
print(lengths({}, 1, 2, 4))                      --> 1 2 4
print(lengths({}, 1, 2, 4, 3))                   --> 1 2 4 4
print(lengths({}, 1, 2, 3, 5, 6))                --> 1 2 3 3 3
print(lengths({}, 1, 5, 3))                      --> 1 1 1
print(lengths({}, 2, 3, 4))                      --> 0 0 4
print(lengths({}, 3, 1, 2))                      --> 0 1 3
print(lengths({a = 1, b = 2, c = 3}, 1, 3))      --> 1 1
print(lengths({1, 2, 3}, 5))                     --> 3
print(lengths({1, 2, 3, 4}, 6))                  --> 6
print(#{1, nil, 3}, #{nil, nil, 3}, #{1, 2, nil, 4}, #{nil, 2, nil, 4}, #{1, nil})  --> 3	3	4	4	1
print(#table.pack(nil, nil, 3), #table.pack(1, nil, 3), #table.pack(nil, nil, nil, 1, 1, 1))  --> 3	3	6
print((function(...) return #{...} end)(nil, nil, nil, 1, 1, 1), (function(...) return #{n = 1, ...} end)(1, nil, 3))  --> 6	3

-- Optional parts by number, more at the end, as in a syntax tree.
local node = {kind = "record", line = 1, column = 2, file = "f"}
node[1] = "array type"
node[3] = "fields"
table.insert(node, "more")
print(node[2], node[4], #node)  --> more	nil	3

-- Whatever the length, items are where they were put.
for seed = 1, 300 do
  local t, model, random = {}, {}, seed
  for _ = 1, 12 do
    random = (random * 1103515245 + 12345) & 0x7fffffff
    local key, value = (random >> 8) % 10 + 1, (random >> 16) % 4 > 0 and random or nil
    t[key], model["k" .. key] = value, value
    local border = #t
    assert((border == 0 or t[border] ~= nil) and t[border + 1] == nil)
    for i = 1, 10 do assert(t[i] == model["k" .. i]) end
  end
  local count = 0
  for key, value in pairs(t) do
    assert(model["k" .. key] == value)
    count = count + 1
  end
  for _ in pairs(model) do count = count - 1 end
  assert(count == 0)
end
