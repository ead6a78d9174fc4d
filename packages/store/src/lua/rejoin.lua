#!lua flags=allow-oom
--[[
Tells whether the shard's ledger is whole under the run of this server, and ends recovery once every node had the time
of a lease to give back what the server lost. A ledger that admitted nothing yet is whole.

KEYS
  1 meta           the shard's numbers
ARGV
  1 lease          ms
  2 busy           1: the node has more to give back; 0
REPLIES
  whole | recovering             and the run
]]
-- include: clock text run

local run = server_run()
local now_ms = redis_now_ms()
local meta = redis.call('HMGET', KEYS[1], 'run', 'recovering', 'recovered_at_ms')
if not meta[1] or meta[1] == run then return { 'whole', run } end
if meta[2] ~= run or ARGV[2] == '1' then
  redis.call('HSET', KEYS[1], 'recovering', run, 'recovered_at_ms', text(now_ms + tonumber(ARGV[1])))
  return { 'recovering', run }
end
if now_ms < tonumber(meta[3]) then return { 'recovering', run } end
redis.call('HSET', KEYS[1], 'run', run)
redis.call('HDEL', KEYS[1], 'recovering', 'recovered_at_ms')
return { 'whole', run }
