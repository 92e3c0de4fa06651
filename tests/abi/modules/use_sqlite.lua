-- lua-sql-sqlite3: tables, queries, transactions, cursors, errors.
local environment = assert(require("luasql.sqlite3").sqlite3())
local connection = assert(environment:connect ":memory:")
print(tostring(connection):match "^SQLite3 connection", tostring(environment):match "^SQLite3 env%w+")

print(connection:execute "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, height REAL, note BLOB)")
for i, name in ipairs {"Ada", "Bob's", "C\u{e9}line", "Dag"} do
  local sql = ("INSERT INTO people VALUES (%d, '%s', %g, NULL)"):format(i, connection:escape(name), 1.5 + i / 8)
  print(connection:execute(sql))
end
print(connection:getlastautoid())

local cursor = assert(connection:execute "SELECT * FROM people ORDER BY id")
print(table.concat(cursor:getcolnames(), ","), table.concat(cursor:getcoltypes(), ","))
local row = cursor:fetch({}, "a")
while row do
  print(row.id, row.name, row.height, row.note, math.type(row.id))
  row = cursor:fetch(row, "a")
end
print(cursor:close(), pcall(cursor.fetch, cursor))

cursor = assert(connection:execute "SELECT name, height FROM people WHERE height > 1.7 ORDER BY height DESC")
print(cursor:fetch())
print(cursor:fetch({}, "n")[1])
print(cursor:close())

connection:setautocommit(false)
for i = 100, 1099 do
  assert(connection:execute(("INSERT INTO people VALUES (%d, 'n%d', %d.5, 'x')"):format(i, i % 17, i)))
end
print(connection:commit())
cursor = assert(connection:execute [[
  SELECT name, count(*) AS n, avg(height) AS h FROM people WHERE id >= 100
  GROUP BY name ORDER BY n DESC, name LIMIT 4]])
for _ = 1, 4 do print(cursor:fetch()) end
print(cursor:fetch())
print(connection:execute "DELETE FROM people WHERE id >= 100")
print(connection:rollback())
connection:setautocommit(true)
print(connection:execute("SELECT count(*) FROM people"):fetch())
print(connection:execute "UPDATE people SET height = height + 1 WHERE id < 3")

print(connection:execute "SELEC * FROM people")
print(connection:execute "INSERT INTO people VALUES (1, 'twice', 0, NULL)")
print(connection:execute "SELECT * FROM nowhere")
print((select(2, environment:connect "/nowhere/at/all.db")))
print(pcall(connection.execute, {}, "x"))
print(pcall(environment.connect, environment))
print(pcall(connection.execute, connection))
collectgarbage()
print(connection:close(), connection:close())
print(pcall(connection.execute, connection, "SELECT 1"))
print(environment:close())
