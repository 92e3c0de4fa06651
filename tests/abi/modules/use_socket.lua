-- lua-socket on the loopback interface: TCP and UDP, select, timeouts, ltn12, mime, urls, errors.
local socket = require "socket"
local ltn12 = require "ltn12"
local mime = require "mime"
local url = require "socket.url"

local server = assert(socket.bind("127.0.0.1", 0))
local address, port = server:getsockname()
print(address, tonumber(port) > 0, tostring(server):match "^tcp{%w+}")

local client = assert(socket.connect("127.0.0.1", port))
local peer = assert(server:accept())
client:setoption("tcp-nodelay", true)
peer:settimeout(5)
client:settimeout(5)

-- a tiny protocol: lines of commands, answered by a coroutine
local answering = coroutine.wrap(function()
  while true do
    local line, problem, partial = peer:receive "*l"
    if not line then return coroutine.yield(problem, partial) end
    local command, argument = line:match "^(%w+) ?(.*)$"
    if command == "ECHO" then
      peer:send(argument .. "\n")
    elseif command == "SUM" then
      local sum = 0
      for number in argument:gmatch "%-?%d+" do sum = sum + math.tointeger(number) end
      peer:send(sum .. "\n")
    elseif command == "BYTES" then
      peer:send((("0123456789"):rep(argument // 10)))
    end
    coroutine.yield(command)
  end
end)
for _, request in ipairs {"ECHO hello there", "SUM 1 2 3 -10", "BYTES 20000"} do
  print(client:send(request .. "\n"))
  print(answering())
  if request:match "BYTES" then
    local bytes = assert(client:receive(20000))
    print(#bytes, bytes:sub(-12))
  else
    print(client:receive())
  end
end
client:send "unfinished"
client:shutdown "send"
print(answering())
local readable = socket.select({server, peer}, nil, 0)
print(#readable, readable[1] == peer)
client:settimeout(0.01)
print(client:receive "*l")
print(client:receive(5, "prefix"))
local received, sent, age = client:getstats()
print(received, sent, age >= 0)
print(client:close(), peer:close(), server:close())
print(client:send "x")
print(pcall(client.receive, client, "*q"))

local a, b = socket.udp(), socket.udp()
assert(a:setsockname("127.0.0.1", 0))
local ip, udp_port = a:getsockname()
assert(b:setpeername(ip, udp_port))
print(b:send "datagram")
a:settimeout(5)
local data, from = a:receivefrom()
print(data, from)
a:settimeout(0)
print(a:receive())
a:close()
b:close()

local probe = assert(socket.bind("127.0.0.1", 0))
local _, free = probe:getsockname()
probe:close()
print(socket.connect("127.0.0.1", free))
print(socket.bind("256.1.1.1", 0))
print((pcall(socket.connect)))
print(pcall(socket.tcp().send, {}, "x"))
local protected = socket.protect(function() socket.try(nil, "raised by try") end)
print(protected())
local finalized = false
local newtry = socket.newtry(function() finalized = true end)
print(socket.protect(function() newtry(nil, {code = 3}) end)(), finalized)
print(pcall(socket.protect(function() error("not from try", 0) end)))
print(socket.skip(2, 1, 2, 3), socket.gettime() > 1e9, socket.dns.gethostname() ~= "")
socket.sleep(0)

print(mime.b64 "Ferrous \0\255", (mime.unb64 "RmVycm91cw=="), (mime.qp "caf\u{e9} = x"))
local parts = {}
print(ltn12.pump.all(
  ltn12.source.chain(ltn12.source.string(("abc"):rep(100)), mime.encode "base64"),
  ltn12.sink.chain(mime.wrap(60), (ltn12.sink.table(parts)))))
print(#table.concat(parts), (table.concat(parts):match "^[^\r]*"))
local parsed = url.parse "http://user:pw@host:80/a/b;p?q=1#f"
print(parsed.host, parsed.port, parsed.path, parsed.query, parsed.user)
print(url.absolute("http://h/a/b/c", "../d?x"), url.escape "a b/c", url.unescape "%41%42")
