#!lua flags=no-writes
--[[
All fields of a roll-up.

KEYS
  1 roll_up        the hash
ARGV
REPLIES
  field value …
]]
return redis.call('HGETALL', KEYS[1])
