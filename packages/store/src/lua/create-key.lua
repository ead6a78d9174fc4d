#!lua
--[[
Writes a gateway key's first record. Sent twice, it answers as the first time.

KEYS
  1 key            the gateway key's record
  2 tenant         its tenant's record
  3 names          names of the tenant's keys, each with the id of the key that has it
  4 ids            all keys of the tenant
ARGV
  1 id             of the key
  2 name
  3 version
  4 status
  5 expires_at     ms, or empty
  6 tenant         name
  7 record         JSON
REPLIES
  created | name_taken | no_tenant
]]
-- include: records

if redis.call('EXISTS', KEYS[2]) == 0 then return 'no_tenant' end
local owner = redis.call('HGET', KEYS[3], ARGV[2])
if owner then
  local again = owner == ARGV[1] and same_record(KEYS[1], { version = ARGV[3], record = ARGV[7] }) == 1
  return again and 'created' or 'name_taken'
end
redis.call('SADD', KEYS[4], ARGV[1])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[1])
write_record(KEYS[1],
  { version = ARGV[3], status = ARGV[4], expires_at_ms = ARGV[5], tenant = ARGV[6], record = ARGV[7] })
return 'created'
