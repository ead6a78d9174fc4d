#!lua flags=no-writes
--[[
What is left to scopes now.

KEYS
  1 index          deadlines of the shard's reservations; it only tells the slot
ARGV
  1 base           what the names of the shard's keys begin with
  2 scopes         how many follow, as lib/scope.lua reads them
REPLIES
  now standings
]]
-- include: clock text ring-buckets ring-debt ring scope read-scopes standing

local now_ms = redis_now_ms()
local scopes = read_scopes(3, tonumber(ARGV[2]), now_ms)
for _, scope in ipairs(scopes) do load_scope(scope, now_ms) end
return { text(now_ms), standings(scopes) }
