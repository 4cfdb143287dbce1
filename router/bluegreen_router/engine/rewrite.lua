-- What only text can put right: the preview's cookie, which the application must not see, and the environments' own names in
-- what applications build from `Host`. `OURS` stands before this text: the authorities of both, in lower case.
local PREVIEW, PUBLIC = "bluegreen_preview", "x-bluegreen-public"

function envoy_on_request(handle)
  local headers = handle:headers()
  local cookies = headers:get("cookie")
  if cookies == nil or not cookies:find(PREVIEW, 1, true) then return end
  local kept = {}
  for cookie in cookies:gmatch("[^;]+") do
    local trimmed = cookie:match("^%s*(.-)%s*$")
    if trimmed ~= "" and trimmed:match("^(.-)%s*=") ~= PREVIEW and trimmed ~= PREVIEW then kept[#kept + 1] = trimmed end
  end
  headers:remove("cookie")
  if #kept > 0 then headers:add("cookie", table.concat(kept, "; ")) end
end

local function under(public, url)
  local scheme, authority, rest = url:match("^(%a[%w+.-]*:)//([^/?#]*)(.*)$")
  if authority == nil then authority, rest = url:match("^//([^/?#]*)(.*)$") end
  if authority == nil or not OURS[authority:lower()] then return url end
  return (scheme and public or public:match("^%a+:(.*)$")) .. rest
end

local function change(headers, name, changed)
  local count = headers:getNumValues(name)
  if count == 0 then return end
  local values = {}
  for at = 0, count - 1 do values[at + 1] = changed(headers:getAtIndex(name, at)) end
  headers:remove(name)
  for _, value in ipairs(values) do headers:add(name, value) end
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local public = headers:get(PUBLIC)
  if public == nil then return end
  headers:remove(PUBLIC)
  change(headers, "location", function(url) return under(public, url) end)
  change(headers, "refresh", function(value)
    local before, url = value:match("^(%s*[%d.]+%s*[;,]%s*[Uu][Rr][Ll]%s*=%s*[\"']?)(.*)$")
    return before and before .. under(public, url) or value
  end)
  local host = public:match("^%a+://(.-):?%d*$")
  change(headers, "set-cookie", function(cookie)
    return (cookie:gsub("(;%s*[Dd][Oo][Mm][Aa][Ii][Nn]%s*=%s*%.?)([^;%s]+)", function(before, domain)
      if OURS[domain:lower()] then return before .. host end
    end))
  end)
end
