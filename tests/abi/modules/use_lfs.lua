-- lua-filesystem: directories, attributes, links, locks, errors.
local lfs = require "lfs"

local root = os.tmpname()
os.remove(root)
assert(lfs.mkdir(root))
local here = lfs.currentdir()
assert(lfs.chdir(root))

local function write(name, text)
  local file <close> = assert(io.open(name, "w"))
  file:write(text)
end
local function names(path)
  local list = {}
  for name in lfs.dir(path) do list[#list + 1] = name end
  table.sort(list)
  return table.concat(list, " ")
end

write("one", "first")
write("two", ("x"):rep(1000))
assert(lfs.mkdir "sub")
write("sub/three", "")
assert(lfs.link("one", "soft", true))
print(names ".", "|", names "sub")
print(lfs.attributes("one", "size"), lfs.attributes("two").size, lfs.attributes("sub", "mode"))
print(lfs.attributes("soft", "mode"), lfs.symlinkattributes("soft", "mode"),
  lfs.symlinkattributes("soft", "target"))
local seen = {}
print(lfs.attributes("one", seen) == seen, seen.mode, seen.permissions:sub(1, 3), seen.nlink)
assert(lfs.touch("one", 1000000000, 1234567890))
print(lfs.attributes("one", "access"), lfs.attributes("one", "modification"))

local walk
function walk(path, depth)
  for name in lfs.dir(path) do
    if name ~= "." and name ~= ".." and lfs.symlinkattributes(path .. "/" .. name).mode == "directory" then
      print(("  "):rep(depth) .. name)
      walk(path .. "/" .. name, depth + 1)
    end
  end
end
assert(lfs.mkdir "sub/deeper")
walk(".", 1)

local lock = assert(lfs.lock_dir(root))
print(type(lock), (lfs.lock_dir(root)))
lock:free()
local file = assert(io.open("one", "r+"))
print(lfs.lock(file, "w"), lfs.unlock(file), lfs.setmode(file, "binary"))
file:close()
print(pcall(lfs.lock, file, "w"))

local function plain(text) return (tostring(text):gsub(root, "ROOT", 1)) end
local function report(...)
  local all = table.pack(...)
  for i = 1, all.n do all[i] = plain(all[i]) end
  print(table.unpack(all, 1, all.n))
end
report(lfs.mkdir "sub")
report(lfs.rmdir "sub")
report(lfs.attributes "missing")
report(pcall(lfs.dir, root .. "/missing"))
report(lfs.chdir "missing")
report(pcall(lfs.attributes, "one", "colour"))
report(pcall(lfs.attributes))
report(pcall(lfs.setmode, {}, "text"))
local iterator, directory = lfs.dir "."
iterator(directory)
directory:close()
report(pcall(iterator, directory))
do
  local next_entry, handle, _, closing <close> = lfs.dir "."
  print(type(next_entry(handle)), closing == handle)
end

for _, name in ipairs {"sub/deeper", "sub/three", "sub", "soft", "one", "two"} do
  report(os.remove(name))
end
assert(lfs.chdir(here))
print(lfs.rmdir(root))
