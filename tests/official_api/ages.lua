-- What is alive after one cycle of the generational mode is old; a write to it is remembered until the next.
local mode = collectgarbage("generational")
collectgarbage()

local function check(object, age, color)
  assert(T.gcage(object) == age and T.gccolor(object) == color)
end

local function minor_cycle() collectgarbage("step", 0) end

local writes = {
  {"field", {}, function(object, value) object.x = value end},
  {"item", {}, function(object, value) object[1] = value end},
  {"key", {}, function(object, value) object[value] = true end},
  {"metatable", {}, setmetatable},
  {"user value", T.newuserdata(0, 1), debug.setuservalue},
  {"metatable of a userdata", T.newuserdata(0), debug.setmetatable},
}
for _, write in ipairs(writes) do check(write[2], "new", "white") end
minor_cycle()
for _, write in ipairs(writes) do
  local name, object, store = table.unpack(write)
  check(object, "old", "black")
  local value = {name}
  store(object, value)
  check(object, "touched1", "gray")
  check(value, "new", "white")
  minor_cycle()
  check(object, "old", "black")
  check(value, "old", "black")
  assert(value[1] == name)
end

-- The next cycle looks at every weak table, and clears it though nothing was written to it.
local weak = setmetatable({{}}, {__mode = "v"})
minor_cycle()
assert(T.gcage(weak) == "touched1" and weak[1] == nil)

-- Finalizers see an old object, and may keep it.
local kept = {}
do
  local doomed = setmetatable({}, {__gc = function(object)
    check(object, "old", "black")
    kept[1] = object
  end, name = "m"})
  minor_cycle()
  check(doomed, "old", "black")
end
collectgarbage()
minor_cycle()
assert(getmetatable(kept[1]).name == "m")
T.checkmemory()

-- Nothing has an age in incremental mode, and while dead objects are swept there is no barrier: what is
-- written then is found by the next cycle all the same.
collectgarbage("incremental")
collectgarbage()
collectgarbage("stop")
local userdata = T.newuserdata(0, 1)
assert(T.gcage(writes) == "new")
T.gcstate("atomic")
T.gcstate("sweepallgc")
local value = {"kept"}
assert(T.gccolor(userdata) == "black" and T.gccolor(value) == "white")
debug.setuservalue(userdata, value)
assert(T.gccolor(userdata) == "black")
value = nil
T.gcstate("pause")
collectgarbage()
assert(debug.getuservalue(userdata)[1] == "kept")
T.checkmemory()
collectgarbage("restart")
collectgarbage(mode)
