#!lua flags=no-writes
--[[
A tenant's or gateway key's record.

KEYS
  1 row            the record
ARGV
REPLIES
  record                         as lib/access.lua reads it
]]
-- include: access

return read_record(KEYS[1])
