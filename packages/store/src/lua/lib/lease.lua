-- A reservation lives until its deadline in ms, which stands in the shard's index. While it is there its call has a slot
-- in each scope, so it is counted when it comes in and when it goes out.
local function set_lease(index, id, at_ms)
  redis.call('ZADD', index, text(at_ms), id)
end

-- A record that says only that this id is over: an admit that arrives late finds it and makes nothing.
local TOMBSTONE_MS = '300000'
-- After a settlement it has to outlive only a renewal that was on its way.
local SETTLED_MS = '60000'

local function leave_tombstone(record, lives_ms)
  redis.call('DEL', record)
  redis.call('HSET', record, 'schema', '1', 'state', 'over')
  redis.call('PEXPIRE', record, lives_ms)
end

-- A record that was charged as an estimate waits so long for the truth.
local CORRECTION_MS = 30 * 86400000
