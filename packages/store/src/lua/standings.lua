#!lua flags=no-writes
--[[
What is left to scopes now.

KEYS
  1 index          deadlines of the shard's reservations; it only tells the slot
ARGV
  1 base           what the names of the shard's keys begin with
  2 scopes         a line each, as lib/scope.lua reads them
REPLIES
  now standings…
]]
-- include: clock text ring-buckets ring-debt ring book scope standing

local now_ms = redis_now_ms()
local scopes = open_scopes(parse_lines(ARGV[1], ARGV[2]), now_ms, 0, 0)
for _, scope in ipairs(scopes) do load_scope(scope, now_ms) end
return { text(now_ms), standings(scopes, 1) }
