-- A reservation lives until its deadline in ms, which stands in the shard's index. While it is there its call has a slot
-- in each scope, so it is counted when it comes in and when it goes out.
local function set_lease(index, id, at_ms)
  redis.call('ZADD', index, text(at_ms), id)
end

-- A record that says only that this id is over: an admit that arrives late finds it and makes nothing.
local TOMBSTONE_MS = 300000

local function leave_tombstone(record)
  redis.call('DEL', record)
  redis.call('HSET', record, 'schema', '1', 'state', 'over')
  redis.call('PEXPIRE', record, text(TOMBSTONE_MS))
end

-- A record that was charged as an estimate waits so long for the truth.
local CORRECTION_MS = 30 * 86400000
