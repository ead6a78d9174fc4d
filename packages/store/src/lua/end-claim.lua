#!lua flags=allow-oom
--[[
Notes how a named call ended, or frees its name. Nothing happens where the claim is another request's.

KEYS
  1 claim          of the name
ARGV
  1 request        its id
  2 ended          JSON; empty: the call was not made
  3 lives          ms
REPLIES
  "OK"
]]

if redis.call('HGET', KEYS[1], 'request') == ARGV[1] then
  if ARGV[2] == '' then
    redis.call('DEL', KEYS[1])
  else
    redis.call('HSET', KEYS[1], 'ended', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
  end
end
return 'OK'
