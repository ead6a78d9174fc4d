-- Each producer numbers its settlements; `mark` is the last number up to which all were applied, the other fields are
-- those applied ahead of it. Kept longer than any journal waits.
local NUMBERS_KEPT_MS = 90 * 86400000

local function number_applied(producer, number)
  local found = redis.call('HMGET', producer, 'mark', number)
  return tonumber(number) <= tonumber(found[1] or '0') or found[2] ~= false
end

local function note_number(producer, number)
  local mark = tonumber(redis.call('HGET', producer, 'mark') or '0')
  if tonumber(number) > mark + 1 then
    redis.call('HSET', producer, number, 1)
  else
    mark = mark + 1
    while redis.call('HDEL', producer, text(mark + 1)) == 1 do mark = mark + 1 end
    redis.call('HSET', producer, 'mark', text(mark))
  end
  redis.call('PEXPIRE', producer, NUMBERS_KEPT_MS)
end
