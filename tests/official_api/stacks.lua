-- A message handler gets more slots than the stack's limit; they are given back after it.
collectgarbage("stop") -- finalizers do not run on a full stack
local limit, seen

local function size()
  local _, slots = T.stacklevel()
  return slots
end

local function handler(message)
  seen = size()
  return message
end

local function overflow(depth)
  limit = size()
  return 1 + overflow(depth + 1)
end

local function check_overflow()
  local _, message = xpcall(overflow, handler, 0)
  assert(string.find(message, "stack overflow", 1, true))
  assert(seen > limit and size() <= limit)
end

local slots = size()
check_overflow()
assert(size() < slots * 2)

-- Also at nearly the stack's full depth.
local function descend()
  if T.stacklevel() < limit - 100 then
    descend()
  else
    check_overflow()
  end
  return nil -- not a tail call
end
descend()
collectgarbage("restart")
