#!lua flags=no-writes
--[[
A gateway key's record and that of its tenant, in one trip.

KEYS
  1 key            the gateway key's record
ARGV
  1 base           what the names of the shard's keys begin with
REPLIES
  now key tenant                 as lib/access.lua reads records
  now                            no such key
]]
-- include: clock text access

local now = text(redis_now_ms())
local key = read_record(KEYS[1])
if not key[5] then return { now } end
return { now, key, read_record(ARGV[1] .. 't:' .. key[5]) }
