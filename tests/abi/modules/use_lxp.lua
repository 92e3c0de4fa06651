-- lua-expat: events, callbacks that fail, namespaces, trees, errors.
local lxp = require "lxp"
local lom = require "lxp.lom"

local depth, events = 0, {}
local function log(...) events[#events + 1] = table.concat({...}, " ") end
local callbacks = {
  StartElement = function(_, name, attributes)
    local list = {}
    for i, key in ipairs(attributes) do list[i] = key .. "=" .. attributes[key] end
    log(("  "):rep(depth) .. "<" .. name, table.unpack(list))
    depth = depth + 1
  end,
  EndElement = function(_, name)
    depth = depth - 1
    log(("  "):rep(depth) .. "</" .. name)
  end,
  CharacterData = function(_, text) log("text", (text:gsub("\n", "\\n"))) end,
  Comment = function(_, text) log("comment", text) end,
  ProcessingInstruction = function(_, target, data) log("instruction", target, data) end,
  StartCdataSection = function() log "cdata" end,
  EndCdataSection = function() log "/cdata" end,
  XmlDecl = function(_, version, encoding) log("xml", version, encoding) end,
  StartDoctypeDecl = function(_, name) log("doctype", name) end,
}
local parser = lxp.new(callbacks)
local document = [==[<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE list>
<!-- a remark --><?go now?>
<list a="1" b="&lt;&#233;"><item>one &amp; two</item><![CDATA[<raw>]]><empty/></list>]==]
for piece in document:gmatch ".......?.?" do
  local ok, message, line, column, position = parser:parse(piece)
  if not ok then print(message, line, column, position) break end
end
print(parser:parse() == parser, parser:pos())
parser:close()
print(table.concat(events, "\n"))

local big = {"<rows>"}
for i = 1, 3000 do big[#big + 1] = ("<r id='%d'>%s</r>"):format(i, ("v"):rep(i % 13)) end
big[#big + 1] = "</rows>"
local count, bytes = 0, 0
local counter = lxp.new {
  StartElement = function(_, name) if name == "r" then count = count + 1 end end,
  CharacterData = function(_, text) bytes = bytes + #text end,
}
assert(counter:parse(table.concat(big)))
assert(counter:parse())
counter:close()
print(count, bytes)

local tree = lom.parse '<a x="1"><b>t</b><b/>tail</a>'
print(tree.tag, tree.attr.x, #tree, tree[1].tag, tree[1][1], tree[3])
print(lom.parse "<a><b></a>")
print(lom.find_elem and lom.find_elem(tree, "b")[1])

local spaces = lxp.new({StartElement = function(_, name) print(name) end,
  StartNamespaceDecl = function(_, prefix, uri) print("ns", prefix, uri) end}, "|")
spaces:parse '<p:a xmlns:p="urn:x" xmlns="urn:y"><b/></p:a>'
spaces:parse()
spaces:close()

print(pcall(function()
  local p = lxp.new {StartElement = function() error("from a callback", 0) end}
  p:parse "<a/>"
end))
print(pcall(function()
  local p = lxp.new {StartElement = function() error {code = 7} end}
  p:parse "<a/>"
end) == false)
print(pcall(lxp.new, {Bogus = print}))
print(pcall(lxp.new))
local stopping = lxp.new {StartElement = function(p, name) if name == "stop" then p:stop() end end}
print(select(2, stopping:parse "<a><stop/></a>"))
local wrong = lxp.new {}
print(select(2, wrong:parse "<a></b>"))
print(pcall(function() return wrong:parse "<more/>" end))
print(pcall(wrong.close, wrong))
print(pcall(wrong.parse, io.stdout, "x"))
print(pcall(wrong.getcallbacks, wrong))
