#!lua flags=no-writes
--[[
All records that a set names.

KEYS
  1 names          the set
ARGV
  1 records        what the names of the records begin with
REPLIES
  records                        as lib/access.lua reads them
]]
-- include: access

local records = {}
for index, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  records[index] = read_record(ARGV[1] .. name)
end
return records
