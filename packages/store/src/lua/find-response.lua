#!lua flags=no-writes
--[[
Where a response lies that its provider keeps.

KEYS
  1 response       the note
ARGV
REPLIES
  place            JSON; empty: there is no note
]]

return redis.call('GET', KEYS[1]) or ''
