#!lua flags=allow-oom
--[[
Replaces the record of a tenant or gateway key by its next version. Sent twice, it answers as the first time.

KEYS
  1 row            the record
ARGV
  1 version        the new one; the record has to have the one before
  2 status
  3 expires_at     ms, or empty
  4 tenant         name
  5 record         JSON
REPLIES
  1 replaced, 0 somebody was faster
]]
-- include: records

if not has_version(KEYS[1], ARGV[1] - 1) then
  return same_record(KEYS[1], { version = ARGV[1], record = ARGV[5] })
end
write_record(KEYS[1],
  { version = ARGV[1], status = ARGV[2], expires_at_ms = ARGV[3], tenant = ARGV[4], record = ARGV[5] })
return 1
