-- neomutt's functions, with errors: some of them return -1 where they should raise.
mutt.print("from Lua")
for _, name in ipairs {"timeout", "wait_key", "sort", "quote_regex", "no_such_option"} do
  print(name, pcall(mutt.get, name))
end
print(pcall(mutt.set, "timeout", 33), mutt.get("timeout"))
print(pcall(mutt.set, "no_such_option", 1))
pcall(mutt.set, "sort", "no_such_order")
print(pcall(mutt.call, "set", "timeout=44"), mutt.get("timeout"))
print(pcall(mutt.call, "no_such_command"))
print(pcall(mutt.call))
print(pcall(mutt.enter, "set wait_key=no"), mutt.get("wait_key"))
mutt.command.set("timeout=55")
print(mutt.get("timeout"), pcall(function() mutt.command.no_such_command() end))
for _ = 1, 5000 do mutt.get("timeout") end
error("at the end")
