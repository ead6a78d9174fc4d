#!lua flags=allow-oom
--[[
Moves an event that cannot be applied to the dead letters, and acknowledges it.

KEYS
  1 stream         the shard's usage events
  2 meta           the shard's numbers
  3 dead           the shard's dead letters
ARGV
  1 id             of the entry
  2 sequence       that the entry had when it was taken
  3 reason         why it cannot be applied
REPLIES
  1 | 0            0: applied or set aside before, or no longer the entry that was taken
]]
-- include: entries consumer-group

local entry = find_entry(KEYS[1], ARGV[1])
if not entry or (entry.sequence or '') ~= ARGV[2] then return 0 end
redis.call('HGET', KEYS[2], 'applied')
redis.call('XLEN', KEYS[3])
if redis.call('XACK', KEYS[1], GROUP, ARGV[1]) == 0 then return 0 end
redis.call('HINCRBY', KEYS[2], 'applied', 1)
local fields = {}
for name, value in pairs(entry) do
  if name ~= 'id' then
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
end
redis.call('XADD', KEYS[3], '*', 'reason', ARGV[3], unpack(fields))
return 1
