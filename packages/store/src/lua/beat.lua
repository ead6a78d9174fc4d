#!lua flags=allow-oom
--[[
Notes that a node lives, forgets those that no longer do, and counts.

KEYS
  1 nodes          when each node counts as dead
ARGV
  1 node           its id
  2 lives          ms from now; 0 is that it ends now
REPLIES
  how many live
]]
-- include: clock text

local now_ms = redis_now_ms()
redis.call('ZADD', KEYS[1], text(now_ms + tonumber(ARGV[2])), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now_ms))
return redis.call('ZCARD', KEYS[1])
