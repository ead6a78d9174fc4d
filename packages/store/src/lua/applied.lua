#!lua flags=no-writes
--[[
Which settlements of a producer were applied.

KEYS
  1 producer       numbers of this producer that were applied
ARGV
REPLIES
  mark ahead…                    all up to the mark, and those ahead of it
]]

local reply = { '0' }
local fields = redis.call('HGETALL', KEYS[1])
for at = 1, #fields, 2 do
  if fields[at] == 'mark' then
    reply[1] = fields[at + 1]
  elseif fields[at] ~= 'day' then
    reply[#reply + 1] = fields[at]
  end
end
return reply
