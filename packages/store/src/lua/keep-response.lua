#!lua
--[[
Notes where a response lies that its provider keeps.

KEYS
  1 response       the note
ARGV
  1 place          JSON
  2 lives          ms
REPLIES
  "OK"
]]

redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'OK'
