#!lua flags=allow-oom
--[[
Says how the sending of an alert to a webhook ended: it waits no longer, or falls due again.

KEYS
  1 queue          alerts of the webhook by the time at which they are due
ARGV
  1 id             of the alert
  2 again          ms from now; empty where it waits no longer
REPLIES
  OK
]]
-- include: clock text

if ARGV[2] == '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], 'XX', text(redis_now_ms() + tonumber(ARGV[2])), ARGV[1])
end
return 'OK'
