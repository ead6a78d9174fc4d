#!lua
--[[
Writes a tenant's first record. Sent twice, it answers as the first time.

KEYS
  1 tenant         the tenant's record
  2 names          tenants of the shard
ARGV
  1 name           of the tenant
  2 version
  3 status
  4 record         JSON
REPLIES
  1 created, 0 there is one of that name
]]
-- include: records

if redis.call('EXISTS', KEYS[1]) == 1 then
  return same_record(KEYS[1], { version = ARGV[2], record = ARGV[4] })
end
redis.call('SADD', KEYS[2], ARGV[1])
write_record(KEYS[1], { version = ARGV[2], status = ARGV[3], expires_at_ms = '', tenant = ARGV[1], record = ARGV[4] })
return 1
