-- Every function that the standard tables reach is called by name in a script of chapter 6 (6_*.lua).
local list = assert(io.popen("ls 6_*.lua"))
local code = {}
for name in list:lines() do
  local file = assert(io.open(name))
  code[#code + 1] = file:read("a"):gsub("%-%-[^\n]*", "")
  file:close()
end
list:close()
assert(#code > 15)
code = table.concat(code, "\n")

local count = 0
local function expect(name, pattern)
  count = count + 1
  if not code:find(pattern) then print("no script names " .. name) end
end
for library, functions in pairs(package.loaded) do
  for name, value in pairs(type(functions) == "table" and functions or {}) do
    if type(value) == "function" and library == "_G" then
      expect(name, "%f[%w_]" .. name .. "%f[^%w_]")
    elseif type(value) == "function" then
      expect(library .. "." .. name, "%f[%w_]" .. library .. "%." .. name .. "%f[^%w_]")
    end
  end
end
for name in pairs(getmetatable(io.stdout).__index) do expect("file:" .. name, "%w+:" .. name .. "%(") end
for name in pairs(getmetatable(io.stdout)) do expect(name, name) end
print(count >= 140)  --> true
