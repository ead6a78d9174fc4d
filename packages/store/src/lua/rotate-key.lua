#!lua flags=allow-oom
--[[
Writes a gateway key's successor, which takes over its name, and replaces the old record, together.

KEYS
  1 old            the old key's record
  2 successor      the new key's record
  3 names          names of the tenant's keys, each with the id of the key that has it
  4 ids            all keys of the tenant
ARGV
  1 tenant         name
  2 name           of both
  3 version        the old key's new one; its record has to have the one before
  4 status         of the old key
  5 expires_at     ms, of the old key, or empty
  6 record         JSON, of the old key
  7 next_id        of the successor
  8 next_version
  9 next_status
 10 next_expires   ms, or empty
 11 next_record    JSON
REPLIES
  1 rotated, 0 somebody was faster
]]
-- include: records

if not has_version(KEYS[1], ARGV[3] - 1) then
  if same_record(KEYS[1], { version = ARGV[3], record = ARGV[6] }) == 0 then return 0 end
  return same_record(KEYS[2], { version = ARGV[8], record = ARGV[11] })
end
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SADD', KEYS[4], ARGV[7])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[7])
write_record(KEYS[1],
  { version = ARGV[3], status = ARGV[4], expires_at_ms = ARGV[5], tenant = ARGV[1], record = ARGV[6] })
write_record(KEYS[2],
  { version = ARGV[8], status = ARGV[9], expires_at_ms = ARGV[10], tenant = ARGV[1], record = ARGV[11] })
return 1
