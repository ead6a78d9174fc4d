#!lua
--[[
Claims a named call for a request, unless another request has.

KEYS
  1 claim          of the name
ARGV
  1 request        its id
  2 print          digest of what it asks for
  3 lives          ms
REPLIES
  request, print, ended          of whoever has the claim; ended is JSON, empty while the call is made
]]

local held = redis.call('HMGET', KEYS[1], 'request', 'print', 'ended')
if held[1] then
  return { held[1], held[2], held[3] or '' }
end
redis.call('HSET', KEYS[1], 'request', ARGV[1], 'print', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { ARGV[1], ARGV[2], '' }
