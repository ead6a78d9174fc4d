#!lua flags=no-writes
--[[
What is left to scopes now.

KEYS
  1 index          deadlines of the shard's reservations; it only tells the slot
ARGV
  1 base           what the names of the shard's keys begin with
  2 scopes         a line each, as lib/rules.lua reads them, and a line that begins with E
REPLIES
  now standings…
]]
-- include: clock text ring-buckets ring-debt ring rules scope standing

local now_ms = redis_now_ms()
local scopes = read_scopes(ARGV[2], 1, ARGV[1], now_ms, 0, 0)
for _, scope in ipairs(scopes) do load_scope(scope, now_ms) end
return { text(now_ms), standings(scopes, 1) }
