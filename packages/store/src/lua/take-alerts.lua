#!lua flags=allow-oom
--[[
Hands over alerts that are due for a webhook, and lets them fall due again should nobody say how their sending ended.

KEYS
  1 queue          alerts of the webhook by the time at which they are due
ARGV
  1 base           what the names of the shard's keys begin with
  2 webhook        its name
  3 most           alerts
  4 lease          ms for which nobody else is handed them
REPLIES
  { id, text, raised_at_ms, tries }…
]]
-- include: clock text

local now_ms = redis_now_ms()
local due = redis.call('ZRANGE', KEYS[1], '-inf', text(now_ms), 'BYSCORE', 'LIMIT', 0, ARGV[3])
local rows = {}
for _, id in ipairs(due) do
  local alert = ARGV[1] .. 'a:' .. id
  local found = redis.call('HMGET', alert, 'text', 'raised_at_ms')
  if found[1] then
    redis.call('ZADD', KEYS[1], text(now_ms + tonumber(ARGV[4])), id)
    local tries = redis.call('HINCRBY', alert, 'tries|' .. ARGV[2], 1)
    rows[#rows + 1] = { id, found[1], found[2], text(tries) }
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
return rows
