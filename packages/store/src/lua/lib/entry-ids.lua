-- Ids of stream entries are "ms-number"; as text they would sort wrongly.
local function id_before(a, b)
  local a_ms, a_number = string.match(a, '^(%d+)%-(%d+)$')
  local b_ms, b_number = string.match(b, '^(%d+)%-(%d+)$')
  if a_ms ~= b_ms then return tonumber(a_ms) < tonumber(b_ms) end
  return tonumber(a_number) < tonumber(b_number)
end
