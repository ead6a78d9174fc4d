#!lua flags=allow-oom
--[[
Hands over events that another worker took long ago and did not apply.

KEYS
  1 stream         the shard's usage events
ARGV
  1 worker         its name
  2 most           events
  3 idle           ms since they were taken
REPLIES
  { id, sequence, deliveries }…
]]
-- include: text entries consumer-group

local group = find_group(KEYS[1])
if not group or group.pending == 0 then return {} end
local entries, deliveries = {}, {}
for _, pending in ipairs(redis.call('XPENDING', KEYS[1], GROUP, 'IDLE', ARGV[3], '-', '+', ARGV[2])) do
  local claimed = redis.call('XCLAIM', KEYS[1], GROUP, ARGV[1], 0, pending[1])
  if claimed[1] then
    entries[#entries + 1] = claimed[1]
    deliveries[#entries] = pending[4] + 1
  end
end
return handed_out(entries, deliveries)
