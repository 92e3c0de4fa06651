-- Objects with a metatable of their own, made from the same fields as everyone else's: one of these
-- metatables changes afterwards, and the objects that have it, and no others, see it.

local function fields(t)
  local names = {}
  for k in pairs(t) do names[#names + 1] = tostring(k) end
  table.sort(names)
  return table.concat(names, " ")
end

local function change(how, check, plain)
  local Base = {value = "base"}
  local function make() return setmetatable({1, 2, 3}, {__index = Base}) end
  local all = {}
  for i = 1, 8 do
    all[i] = make()
    assert(all[i].value == "base" and plain(all[i]))
  end
  local mt = getmetatable(all[5])
  setmetatable(all[6], mt)
  how(mt)
  for round = 1, 3 do
    for i, o in ipairs(all) do
      local has = i == 5 or i == 6
      assert((has and check or plain)(o), i)
      assert(fields(o) == "1 2 3" and (getmetatable(o) == mt) == has)
    end
    all[#all + 1] = make()
    collectgarbage()
  end
end
local other = {value = "other"}
local function is_base(o) return o.value == "base" end
local function is_other(o) return o.value == "other" end
local function calls(o) return pcall(o) end
local function does_not_call(o) return not pcall(o) end
change(function(mt) mt.__index = other end, is_other, is_base)
change(function(mt) mt["__in" .. "dex"] = other end, is_other, is_base)
change(function(mt) rawset(mt, "__index", other) end, is_other, is_base)
change(function(mt) mt.__index = function() return "other" end end, is_other, is_base)
change(function(mt) mt.__index = nil end, function(o) return o.value == nil end, is_base)
change(function(mt) mt.__call = function() return true end end, calls, does_not_call)
change(function(mt) mt.__len = function() return 77 end end, function(o) return #o == 77 end,
  function(o) return #o == 3 end)
change(function(mt) mt.__newindex = function() error("no") end end,
  function(o) return not pcall(function() o.new = 1 end) end,
  function(o) o.new = 1 o.new = nil return true end)
change(function(mt) mt.__metatable = nil mt.other = 1 end, is_base, is_base)
change(function(mt) for i = 1, 300 do mt["k" .. i] = i end mt.__index = other end, is_other, is_base)
