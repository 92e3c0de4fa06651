-- cqueues: a scheduler in C that resumes coroutines, with lua_callk and yields across C functions.
local cqueues = require "cqueues"
local condition = require "cqueues.condition"
local errno = require "cqueues.errno"
local promise = require "cqueues.promise"
local socket = require "cqueues.socket"
local thread = require "cqueues.thread"

local queue = cqueues.new()
local function loop()
  local ok, message = queue:loop()
  print(ok, message)
end

local signal, order = condition.new(), {}
for i = 1, 3 do
  queue:wrap(function()
    signal:wait()
    order[#order + 1] = i
  end)
end
queue:wrap(function()
  cqueues.sleep(0.001)
  signal:signal()
end)
loop()
print(table.concat(order, " "))

queue:wrap(function() error("in a coroutine") end)
loop()
queue:wrap(function() error({}) end)
print((select("#", queue:loop())))
queue:wrap(function()
  print(promise.new(function()
    cqueues.sleep(0.001)
    return 1, 2
  end):get())
  print(pcall(promise.get, promise.new(error, "rejected")))
end)
loop()

local server = socket.listen("127.0.0.1", 0)
local _, _, port = server:localname()
queue:wrap(function()
  local peer = server:accept()
  for line in peer:lines() do peer:write("re: ", line, "\n") end
  peer:close()
end)
queue:wrap(function()
  local peer = socket.connect("127.0.0.1", port)
  peer:write("one\ntwo\n")
  peer:flush()
  print(peer:read("*l", "*l"))
  peer:shutdown("w")
  print(peer:read("*a"))
  peer:close()
end)
loop()

local inner, total = cqueues.new(), 0
for _ = 1, 1000 do
  inner:wrap(function()
    for _ = 1, 3 do
      cqueues.sleep(0)
      total = total + 1
    end
  end)
end
queue:wrap(function() assert(inner:loop()) end)
loop()
print(total)

local other, pipe = thread.start(function(pipe, text) pipe:write(text, "\n") end, "from a thread")
print(pipe:read("*l"), other:join())
print(pcall(queue.wrap, queue))
print(errno.strerror(errno.ENOENT), cqueues.type(queue), socket.type(server))
queue:close()
print(pcall(queue.step, queue))
