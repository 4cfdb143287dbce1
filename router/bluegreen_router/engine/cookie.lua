-- The application sees no cookie of this name, however often it is said, in one header or in several.
local PREVIEW = "bluegreen_preview"

function envoy_on_request(handle)
  local headers, kept = handle:headers(), {}
  for at = 0, headers:getNumValues("cookie") - 1 do
    for cookie in headers:getAtIndex("cookie", at):gmatch("[^;]+") do
      local trimmed = cookie:match("^%s*(.-)%s*$")
      if trimmed ~= "" and trimmed ~= PREVIEW and trimmed:match("^(.-)%s*=") ~= PREVIEW then kept[#kept + 1] = trimmed end
    end
  end
  headers:remove("cookie")
  if #kept > 0 then headers:add("cookie", table.concat(kept, "; ")) end
end
