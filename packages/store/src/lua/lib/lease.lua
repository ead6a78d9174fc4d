-- A lease is a deadline in ms, in the shard's index and in each scope's set of slots.
local function set_lease(index, scopes, id, deadline_ms)
  redis.call('ZADD', index, deadline_ms, id)
  for _, scope in ipairs(scopes) do redis.call('ZADD', scope.keys.leases, deadline_ms, id) end
end

local function end_lease(index, scopes, id)
  redis.call('ZREM', index, id)
  for _, scope in ipairs(scopes) do redis.call('ZREM', scope.keys.leases, id) end
end

-- A record that says only that this id is over: an admit that arrives late finds it and makes nothing.
local TOMBSTONE_MS = 300000

local function leave_tombstone(record)
  redis.call('DEL', record)
  redis.call('HSET', record, 'schema', 1, 'state', 'over')
  redis.call('PEXPIRE', record, TOMBSTONE_MS)
end

-- A record that was charged as an estimate waits so long for the truth.
local CORRECTION_MS = 30 * 86400000
