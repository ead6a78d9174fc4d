-- Each producer numbers its settlements; `mark` is the last number up to which all were applied, the other numbers are
-- those applied ahead of it. Kept longer than any journal waits; `day` is when that was last prolonged.
local NUMBERS_KEPT_DAYS = 91
local DAY_MS = 86400000

-- What is known of a number, and of the one behind it.
local function find_number(producer, digits)
  local number = tonumber(digits)
  local found = redis.call('HMGET', producer, 'mark', digits, text(number + 1), 'day')
  return {
    producer = producer, digits = digits, number = number, mark = tonumber(found[1] or '0'), applied = found[2] ~= false,
    next = found[3], day = found[4] and tonumber(found[4]),
  }
end

local function is_applied(found)
  return found.number <= found.mark or found.applied
end

local function note_number(found, now_ms)
  local producer = found.producer
  if found.number > found.mark + 1 then
    redis.call('HSET', producer, found.digits, '1')
  elseif found.next then
    local mark = found.number
    while redis.call('HDEL', producer, text(mark + 1)) == 1 do mark = mark + 1 end
    redis.call('HSET', producer, 'mark', text(mark))
  else
    redis.call('HSET', producer, 'mark', found.digits)
  end
  local day = (now_ms - now_ms % DAY_MS) / DAY_MS
  if day ~= found.day then
    redis.call('HSET', producer, 'day', text(day))
    redis.call('PEXPIRE', producer, text(NUMBERS_KEPT_DAYS * DAY_MS))
  end
end
