-- What comes with every call of a caller, as text: a line of base, key_version, tenant_version, backlog and lease with tabs between
-- them, then the lines of the scopes. Where this is kept as a function, so is what was read of it.
local CALLERS_KEPT = 4000
local callers, callers_count = {}, 0

local function read_caller(written)
  local caller = callers[written]
  if caller then return caller end
  if callers_count >= CALLERS_KEPT then callers, callers_count = {}, 0 end
  local base, key_version, tenant_version, backlog, lease_ms, lines =
    string.match(written, '^([^\t]+)\t(%d+)\t(%d+)\t(%d+)\t(%d+)\n(.*)$')
  caller = {
    base = base, key_version = key_version, tenant_version = tenant_version, backlog = tonumber(backlog), lease_ms = lease_ms,
    lines = lines,
  }
  callers[written], callers_count = caller, callers_count + 1
  return caller
end
