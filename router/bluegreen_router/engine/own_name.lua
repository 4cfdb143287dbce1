-- `OURS` stands before this text: the authorities of both environments, in lower case. Where an answer names one of them, the name is
-- left out: what is left is read as under the name that the client asked for (RFC 9110, 10.2.2; RFC 6265, 5.3).
local function without(url)
  local authority, rest = url:match("^%a[%w+.-]*://([^/?#]*)(.*)$")
  if authority == nil then authority, rest = url:match("^//([^/?#]*)(.*)$") end
  if authority == nil or not OURS[authority:lower()] then return url end
  return rest:sub(1, 1) == "/" and rest:sub(2, 2) ~= "/" and rest or "/" .. rest:gsub("^/+", "")
end

local function change(headers, name, changed)
  local count, values = headers:getNumValues(name), {}
  if count == 0 then return end
  for at = 0, count - 1 do values[at + 1] = changed(headers:getAtIndex(name, at)) end
  headers:remove(name)
  for _, value in ipairs(values) do headers:add(name, value) end
end

local function refresh(value)
  local before, url = value:match("^(%s*[%d.]+%s*[;,]%s*[Uu][Rr][Ll]%s*=%s*[\"']?)(.*)$")
  return before and before .. without(url) or value
end

local function cookie(value)
  return (value:gsub(";%s*[Dd][Oo][Mm][Aa][Ii][Nn]%s*=%s*%.?([^;%s]+)", function(domain)
    if OURS[domain:lower()] then return "" end
  end))
end

function envoy_on_response(handle)
  local headers = handle:headers()
  change(headers, "location", without)
  change(headers, "refresh", refresh)
  change(headers, "set-cookie", cookie)
end
