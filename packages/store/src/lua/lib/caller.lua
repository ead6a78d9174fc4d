-- What comes with every call of a caller, as text: a line of base, key_version, tenant_version, backlog and lease with tabs between
-- them, then the lines of the scopes.
local callers = keep_texts()

local function parse_caller(written)
  local base, key_version, tenant_version, backlog, lease_ms, lines =
    string.match(written, '^([^\t]+)\t(%d+)\t(%d+)\t(%d+)\t(%d+)\n(.*)$')
  return {
    base = base, key_version = key_version, tenant_version = tenant_version, backlog = tonumber(backlog), lease_ms = lease_ms,
    lines = lines, scopes = parse_lines(base, lines),
  }
end

local function read_caller(written, now_ms)
  return callers.known[written] or keep_text(callers, written, now_ms, parse_caller(written))
end
