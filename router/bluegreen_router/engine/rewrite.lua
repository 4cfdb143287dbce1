-- What only text can put right: the preview's cookie, which the application must not see, and the environment's own name in
-- what the application builds from `Host`. Envoy's Lua API: envoyproxy.io, "Lua filter".
local NAME = "bluegreen_preview"

function envoy_on_request(handle)
  local headers = handle:headers()
  local cookies = headers:get("cookie")
  if cookies == nil or not cookies:find(NAME, 1, true) then return end
  local kept = {}
  for cookie in cookies:gmatch("[^;]+") do
    local trimmed = cookie:match("^%s*(.-)%s*$")
    if trimmed:match("^([^=]*)") ~= NAME and trimmed:match("^(.-)%s*=") ~= NAME and trimmed ~= "" then
      kept[#kept + 1] = trimmed
    end
  end
  headers:remove("cookie")
  if #kept > 0 then headers:add("cookie", table.concat(kept, "; ")) end
end
