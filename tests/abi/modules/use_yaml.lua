-- lua-yaml: documents to tables and back, aliases, events, errors.
local lyaml = require "lyaml"
local yaml = require "yaml"

local function show(value, indent)
  if value == lyaml.null then return print(indent .. "null") end
  if type(value) ~= "table" then return print(indent .. type(value), value) end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do
    print(indent .. tostring(key) .. ":")
    show(value[key], indent .. "  ")
  end
end

local document = [[
name: Ferrous
numbers: [1, -2, 0x1F, 1.5, 1e3, .inf]
flags: {yes: true, no: false, none: ~}
text: |
  two
  lines
folded: >
  one
  line
base: &base {a: 1, b: 2}
again: *base
list:
  - x
  - - nested
    - "quoted \u00e9"
  - key: value
]]
show(lyaml.load(document), "")
local all = lyaml.load("--- 1\n--- [two]\n--- {three: 3}\n", {all = true})
print(#all, all[1], all[2][1], all[3].three)

local text = lyaml.dump {{{1, 2, {deep = "yes"}}, {}, "a: b", 1.25, {list = {"x"}}}}
print(text)
show(lyaml.load(text), "")

local rows = {}
for i = 1, 500 do rows[i] = {id = i, name = "row " .. i, parts = {i, i / 2}} end
local back = lyaml.load(lyaml.dump {rows})
assert(#back == 500 and back[500].name == "row 500" and back[77].parts[2] == 38.5)
print(#back)

local kinds = {}
for event in yaml.parser("a: [1, *x]\n--- !t b") do
  kinds[#kinds + 1] = event.type .. ":" .. event.start_mark.line .. ":" .. event.start_mark.column
end
print(table.concat(kinds, " "))
local tokens = 0
for _ in yaml.scanner("a: [1, 2]") do tokens = tokens + 1 end
print(tokens, type(yaml.version or lyaml.version()))

local function try(...) print(select(2, pcall(...))) end
try(lyaml.load, "a: [1, 2")
try(lyaml.load, "a: *nowhere")
try(lyaml.load, "\tx: 1")
try(lyaml.load, "a: b: c")
try(lyaml.load, 5)
try(lyaml.dump, "not a list")
try(lyaml.dump, {print})
try(function()
  local emitter = yaml.emitter()
  return emitter.emit {type = "NOT_AN_EVENT"}
end)
