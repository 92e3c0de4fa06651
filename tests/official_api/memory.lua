-- Garbage is collected when the allocator refuses, and objects are counted by type.
collectgarbage()
T.totalmem(T.totalmem() + 65536)
for _ = 1, 10000 do local _ = {{}, function() return T end} end
T.totalmem(0)

local function check_count(type, expected, make)
  collectgarbage()
  collectgarbage("stop")
  local count = T.totalmem(type)
  local objects = make()
  assert(objects and T.totalmem(type) == count + expected)
  collectgarbage("restart")
end
check_count("table", 4, function() return {{}, {}, {}} end)
check_count("function", 1, function()
  local x = {}
  return function() return x end
end)
check_count("thread", 1, function() return coroutine.create(check_count) end)
check_count("userdata", 1, function() return T.newuserdata(8) end)
check_count("string", 1, function() return string.rep("long enough to be its own", 10) end)
