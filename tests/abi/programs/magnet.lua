-- mod_magnet: answers by path; state that lives as long as the server; errors.
local request = lighty.r
local path = request.req_attr["uri.path"]

_G.hits = (_G.hits or 0) + 1

local answers = {
  ["/hello"] = function()
    lighty.r.resp_header["Content-Type"] = "text/plain"
    lighty.r.resp_header["X-Lua"] = _VERSION
    lighty.r.resp_body.set {"hello ", request.req_attr["uri.query"] or "nobody", "\n"}
    return 200
  end,
  ["/count"] = function()
    lighty.r.resp_body.set(("hit %d\n"):format(_G.hits and 1 or 0))
    return 200
  end,
  ["/headers"] = function()
    local names = {}
    for name, value in pairs(request.req_header) do
      if name ~= "Host" then names[#names + 1] = name .. "=" .. value end
    end
    table.sort(names)
    lighty.r.resp_body.set(table.concat(names, "\n"))
    return 200
  end,
  ["/digest"] = function()
    local c = lighty.c
    lighty.r.resp_body.set(table.concat({
      c.hexenc(c.md("sha256", "Ferrous")), c.b64enc "text", c.urlenc "a b/c", tostring(c.digest_eq("00", "00"))}, " "))
    return 200
  end,
  ["/big"] = function()
    local parts = {}
    for i = 1, 5000 do parts[i] = ("line %d of %s\n"):format(i, path) end
    lighty.r.resp_body.set(parts)
    return 200
  end,
  ["/rewrite"] = function()
    request.req_attr["uri.path"] = "/static.txt"
    request.req_attr["physical.path"] = request.req_attr["physical.doc-root"] .. "/static.txt"
  end,
  ["/stat"] = function()
    local st = lighty.c.stat(request.req_attr["physical.doc-root"] .. "/static.txt")
    lighty.r.resp_body.set(("%s %d %s"):format(st.is_file, st.st_size, tostring(lighty.c.stat "/nowhere")))
    return 200
  end,
  ["/redirect"] = function()
    lighty.r.resp_header["Location"] = "/hello"
    return 302
  end,
  ["/error"] = function() return nil .. "x" end,
  ["/coroutine"] = function()
    local squares = {}
    for n in coroutine.wrap(function() for i = 1, 10 do coroutine.yield(i * i) end end) do
      squares[#squares + 1] = n
    end
    lighty.r.resp_body.set(table.concat(squares, ","))
    return 200
  end,
  ["/caught"] = function()
    lighty.r.resp_body.set(table.concat({
      select(2, pcall(function() lighty.c.md("no such digest") end)), select(2, pcall(error, "mine", 0))}, "\n"))
    return 200
  end,
}

local answer = answers[path]
if answer then return answer() end
