-- The same blocks are left again and again, while the __close of their variables changes: functions, functions with
-- varargs, C functions, callable tables, none; with errors, yields, hooks, results, and blocks inside of them.
local WARM = 40
local log = {}
local function take()
  local text = table.concat(log, " ")
  log = {}
  return text
end
local mt = {}
local function object(name) return setmetatable({ name = name }, mt) end
local function note(o, e) log[#log + 1] = o.name .. (e and "!" .. tostring(e) or "") end

local function block(a, b, c)
  do
    local x <close> = a
    local y <close>, z = b, 1
    do local w <close> = c end
    log[#log + 1] = "body"
  end
  log[#log + 1] = "after"
end
local function each(f, want)
  mt.__close = f
  local a, b, c = object("a"), object("b"), object("c")
  for _ = 1, WARM do
    block(a, b, c)
    local got = take()
    assert(got == want, got)
  end
end
each(note, "c body b a after")
each(function(o, e, extra) assert(e == nil and extra == nil) log[#log + 1] = o.name return 1, 2, 3 end, "c body b a after")
each(function(o, e, extra) log[#log + 1] = o.name return e end, "c body b a after")
each(function(...) log[#log + 1] = (...).name .. select("#", ...) end, "c2 body b2 a2 after")
each(function(o) return note(o) end, "c body b a after")
each(rawlen, "body after")
each(setmetatable({}, { __call = function(_, o) note(o) end }), "c body b a after")
each(function(o)
  if o.name ~= "inner" then local inner <close> = object("inner") log[#log + 1] = "in" end
  note(o)
end, "in inner c body in inner b in inner a after")
each(function(o) pcall(error, o) note(o) end, "c body b a after")
for _ = 1, WARM do
  block(nil, false, nil)
  assert(take() == "body after")
end
assert(not pcall(block, 1) and not pcall(block, {}) and not pcall(block, "x"))

-- Loops, breaks, gotos, upvalues.
mt.__close = note
local getters = {}
for round = 1, WARM do
  for i = 1, 3 do
    local x <close> = object(i)
    getters[i] = function() return x.name end
    if i == 3 then break end
  end
  assert(take() == "1 2 3" and getters[1]() == 1 and getters[2]() == 2 and getters[3]() == 3)
  local n = 0
  ::again::
  do
    local x <close>, y <const> = object(n), n
    n = n + 1
    if n < 3 then goto again end
  end
  assert(take() == "0 1 2")
  for k in next, { 1 }, nil, object("for") do log[#log + 1] = k end
  assert(take() == "1 for")
  local function result()
    local x <close> = object("r")
    do local y <close> = object("s") end
    return x.name, 2
  end
  local r, two = result()
  assert(r == "r" and two == 2 and take() == "s r")
end

-- Errors: of a body, of a __close, of both; what is left is closed. A variable that cannot be closed any more.
do
  local function failing(a, b, e)
    do
      local x <close> = a
      do
        local y <close> = b
        if e then error(e, 0) end
      end
      log[#log + 1] = "between"
    end
  end
  for _ = 1, WARM do
    mt.__close = note
    assert(select(2, pcall(failing, object("a"), object("b"), "E")) == "E" and take() == "b!E a!E")
    mt.__close = function(o, e) note(o, e) if o.name == "b" then error("F", 0) end end
    assert(select(2, pcall(failing, object("a"), object("b"))) == "F" and take() == "b a!F")
    assert(select(2, pcall(failing, object("a"), object("b"), "E")) == "F" and take() == "b!E a!F")
    mt.__close = note
    local lost = setmetatable({ name = "lost" }, { __close = note })
    local ok, message = pcall(function()
      do
        local x <close> = object("x")
        do
          local y <close> = lost
          getmetatable(lost).__close = nil
        end
      end
    end)
    assert(not ok and message:find("metamethod 'close'", 1, true) and take():find("^x!"))
  end
end

-- Yields; a coroutine that is closed meanwhile; names and hooks.
do
  mt.__close = function(o, e) note(o, e) log[#log + 1] = coroutine.yield(o.name) end
  for i = 1, WARM do
    local co = coroutine.wrap(function()
      block(object("a"), object("b"), object("c"))
      return "end"
    end)
    assert(co() == "c" and co("C") == "b" and co("B") == "a" and co("A") == "end")
    assert(take() == "c C body b B a A after")
    co = coroutine.create(function() block(object("a"), object("b"), object("c")) end)
    assert(coroutine.resume(co))
    mt.__close = note
    assert(coroutine.close(co) and take() == "c b a")
    co = coroutine.create(function() local x <close> = object("x") do local y <close> = object("y") coroutine.yield() end end)
    assert(coroutine.resume(co) and coroutine.close(co) and take() == "y x")
    mt.__close = function(o, e) note(o, e) log[#log + 1] = coroutine.yield(o.name) end
  end
  local name
  mt.__close = function() local info = debug.getinfo(1, "n") name = info.namewhat .. " " .. info.name end
  for _ = 1, WARM do
    do local x <close> = object("x") end
    assert(name == "metamethod close")
  end
  local lines = {}
  mt.__close = function()
    debug.sethook(function(_, line) lines[#lines + 1] = line end, "l")
  end
  local first = debug.getinfo(1, "l").currentline
  do
    local x <close> = object("x")
  end
  log[1] = "here"
  debug.sethook()
  assert(lines[#lines - 1] == first + 4 and lines[#lines] == first + 5, table.concat(lines, " "))
  local calls = 0
  mt.__close = note
  debug.sethook(function() calls = calls + 1 end, "cr")
  block(object("a"), object("b"), object("c"))
  debug.sethook()
  assert(calls >= 14 and take() == "here c body b a after")
end

-- Deep: blocks within methods of blocks, until nothing more fits.
do
  local depth = 0
  mt.__close = function(o)
    depth = depth + 1
    if depth < 100 then local x <close> = object("deep") do local y <close> = nil end end
  end
  for _ = 1, 3 do
    depth = 0
    do local x <close> = object("top") end
    assert(depth == 100)
  end
  mt.__close = function() do local x <close> = object("endless") end end
  local ok, message = pcall(function() do local x <close> = object("top") end end)
  assert(not ok and message:find("stack overflow"), message)
  local many = {}
  for i = 1, 150 do many[i] = "local x" .. i .. " <close> = ..." end
  local count = 0
  mt.__close = function() count = count + 1 end
  local f = load("do " .. table.concat(many, " ") .. " end return ...")
  for _ = 1, 3 do
    count = 0
    local o = object("many")
    assert(f(o) == o and count == 150)
  end
end
