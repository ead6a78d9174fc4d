#!lua flags=allow-oom
--[[
Raises an alert, once: whoever finds it raised raises nothing. In the same step it falls due for each webhook.

KEYS
  1 alert          its record
ARGV
  1 base           what the names of the shard's keys begin with
  2 id             of the alert
  3 text           JSON
  4 webhooks       how many names of webhooks follow
REPLIES
  1 | 0            0: it was raised before
]]
-- include: clock text

-- Facts that still hold are found again all the time, and live as long as that.
local REMEMBERED_MS = 40 * 86400000
local WAITS_MS = 7 * 86400000

local now_ms = redis_now_ms()
local raised = redis.call('HSETNX', KEYS[1], 'text', ARGV[3])
redis.call('PEXPIRE', KEYS[1], REMEMBERED_MS)
if raised == 0 then return 0 end
redis.call('HSET', KEYS[1], 'raised_at_ms', text(now_ms))
for n = 1, tonumber(ARGV[4]) do
  local queue = ARGV[1] .. 'aq:' .. ARGV[4 + n]
  redis.call('ZADD', queue, text(now_ms), ARGV[2])
  redis.call('PEXPIRE', queue, WAITS_MS)
end
return 1
