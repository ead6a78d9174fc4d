#!lua flags=allow-oom
--[[
Counts calls into a scope's window that a node admitted by itself while this server was away.

KEYS
  1 index          deadlines of the shard's reservations; it only tells the slot
ARGV
  1 base           what the names of the shard's keys begin with
  2 kind           of the scope
  3 scope          its id
  4 requests
  5 tokens
  6 limit          tokens a minute, or empty
REPLIES
  OK
]]
-- include: clock text ring-buckets ring-debt ring

local limit = tonumber(ARGV[6])
local now_ms = redis_now_ms()
local ring = ring_open(ring_blank(), ARGV[1] .. 'w:' .. ARGV[2] .. ':' .. ARGV[3], now_ms, limit, (now_ms - now_ms % 1000) / 1000)
ring_add(ring, ring.at, tonumber(ARGV[4]), tonumber(ARGV[5]))
ring_save(ring, limit)
return 'OK'
