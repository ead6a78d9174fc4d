#!lua flags=allow-oom
--[[
Hands events that nobody has taken yet to a worker, and tells how many are left to apply.

KEYS
  1 stream         the shard's usage events
  2 meta           the shard's numbers
ARGV
  1 worker         its name
  2 most           events
REPLIES
  lag { id, sequence, deliveries }…
]]
-- include: text entries consumer-group

local numbers = redis.call('HMGET', KEYS[2], 'sequence', 'applied')
local applied = tonumber(numbers[2] or '0')
local lag = tonumber(numbers[1] or '0') - applied
if lag == 0 then return { '0', {} } end
ensure_group(KEYS[1], applied)
local read = redis.call('XREADGROUP', 'GROUP', GROUP, ARGV[1], 'COUNT', ARGV[2], 'STREAMS', KEYS[1], '>')
return { text(lag), handed_out(read and read[1][2] or {}, {}) }
