#!lua flags=no-writes
--[[
Entries of the usage stream or of the dead letters, oldest first.

KEYS
  1 stream         which of the two
  2 repriced       what events cost by later prices
ARGV
  1 from           the first id, or `-`
  2 most           entries
REPLIES
  { id, sequence, event, corrects, reason, repriced }…    text; empty where an entry has no such field
]]
-- include: entries

local rows = {}
for n, entry in ipairs(redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])) do
  local fields = as_fields(entry)
  rows[n] = { fields.id, fields.sequence or '', fields.event or '', fields.corrects or '', fields.reason or '',
    redis.call('HGET', KEYS[2], fields.sequence or '') or '' }
end
return rows
