-- What a constructor and a varargs table take: an array with room for the items alone, and a slot for each
-- field, up to 250 of them.
local function check(t, room, items, fields)
  local array, _, slots, used = T.querytab(t)
  assert(array == room and slots == fields and used == items)
end

local function source(items, fields)
  local parts = {}
  for i = 1, items do parts[#parts + 1] = i end
  for i = 1, fields do parts[#parts + 1] = string.format("k%d = %d", i, i) end
  return "return {" .. table.concat(parts, ", ") .. "}"
end

local sizes = {0, 1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 249, 250, 251, 1000}
for _, items in ipairs(sizes) do
  for _, fields in ipairs(sizes) do
    local t = load(source(items, fields))()
    check(t, items, items, fields <= 250 and fields or 0)
    assert(#t == items)
  end
end

-- Nothing is made twice: a header and the array, or a header and slots.
for _, size in ipairs(sizes) do
  for _, make in ipairs {load(source(size, 0)), size <= 250 and load(source(0, size)) or nil} do
    collectgarbage("stop")
    make() -- its shape, and the stack's room, are there from now on
    T.alloccount(2)
    local t = make()
    T.alloccount()
    collectgarbage("restart")
  end
end

local function pack(n, ...)
  check({...}, n, n, 0)
end
local values = {}
for i = 1, 35 do
  values[i] = i
  pack(i, table.unpack(values))
end

-- Fields leave the array alone.
for i = 1, 200 do
  local t = {}
  for j = 1, i do t[j] = j end
  local room = T.querytab(t)
  assert(i <= room and room <= 2 * i + 4)
  t.x = 1
  check(t, room, i, 1)
end
