-- libuv: handles with callbacks in the registry, threads with states of their own, coroutines resumed
-- from callbacks.
local uv = require "luv"

local function refused(f, ...)
  local ok, message = pcall(f, ...)
  print(ok, (tostring(message):gsub("0x%x+", "ADDRESS")))
end

refused(uv.fs_open)
refused(uv.spawn, "/no/such/program", {})
print(uv.fs_open("/no/such/file", "r", 0))

local ticks, timer = 0, uv.new_timer()
timer:start(1, 1, function()
  ticks = ticks + 1
  if ticks == 3 then timer:close() end
end)
uv.run()
print("ticks", ticks)

-- Each call yields until its callback resumes.
local function await(f, ...)
  local arguments, thread = {...}, coroutine.running()
  arguments[#arguments + 1] = function(...) assert(coroutine.resume(thread, ...)) end
  f(table.unpack(arguments))
  return coroutine.yield()
end
coroutine.wrap(function()
  local _, file = await(uv.fs_open, arg[0], "r", 438)
  print(select(2, await(uv.fs_read, file, 8, 0)))
  print(await(uv.fs_close, file))
  print(await(uv.fs_stat, "/no/such/file"))
end)()
uv.run()

local server, answer = uv.new_tcp(), {}
server:bind("127.0.0.1", 0)
server:listen(16, function()
  local peer = uv.new_tcp()
  server:accept(peer)
  peer:read_start(function(_, text)
    if text then peer:write("echo " .. text) else peer:close() end
  end)
end)
local client = uv.new_tcp()
client:connect("127.0.0.1", server:getsockname().port, function(failure)
  client:read_start(function(_, text)
    answer[#answer + 1] = text
    if table.concat(answer):find("world") then
      client:close()
      server:close()
    end
  end)
  client:write {"hello ", "world"}
end)
uv.run()
print(table.concat(answer))

local pipe, process = uv.new_pipe(), nil
process = uv.spawn("sh", {args = {"-c", "echo child; exit 3"}, stdio = {nil, pipe, nil}}, function(code, signal)
  print("exit", code, signal)
  process:close()
end)
local output = {}
pipe:read_start(function(_, text)
  output[#output + 1] = text
  if not text then pipe:close() end
end)
uv.run()
print(table.concat(output))

uv.new_thread(function(number, text)
  local sum = 0
  for i = 1, number do sum = sum + i end
  print("thread", sum, text)
end, 1000, "argument"):join()
local total = 0
local work = uv.new_work(function(a, b) return a * b, ("x"):rep(b) end,
                         function(product, text) total = total + product + #text end)
for i = 1, 20 do work:queue(i, i) end
uv.run()
print("work", total)

local fired = 0
for i = 1, 2000 do
  local one = uv.new_timer()
  one:start(0, 0, function()
    fired = fired + 1
    one:close()
  end)
end
uv.run()
for i = 1, 100 do uv.new_timer() end
collectgarbage()
uv.walk(function(handle) if not handle:is_closing() then handle:close() end end)
uv.run()
print("fired", fired, uv.loop_alive())
