-- The workers that apply usage events are one consumer group of the shard's stream.
local GROUP = 'aggregators'

local function named(row)
  local fields = {}
  for at = 1, #row, 2 do fields[row[at]] = row[at + 1] end
  return fields
end

-- The group as XINFO tells it, or nil before the first event was read.
local function find_group(stream)
  if redis.call('EXISTS', stream) == 0 then return nil end
  for _, row in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local group = named(row)
    if group.name == GROUP then return group end
  end
end

-- A group that begins at the first event once some were applied would apply them again.
local function ensure_group(stream, applied)
  if find_group(stream) then return end
  if applied > 0 then error('the consumer group is gone, though events were applied: ' .. stream) end
  redis.call('XGROUP', 'CREATE', stream, GROUP, '0')
end
