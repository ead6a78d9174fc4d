local CLOCK_REGRESSION_MS = 5000

-- Makes of `ring` what it is at `now_ms`. A clock that ran back a little stands still until it has caught up; one
-- that ran back far takes what is alive along, or a window would stay closed until the old time comes again.
-- `wanted` is the second whose bucket is going to be asked for: it comes along with the state.
local function ring_open(ring, key, now_ms, limit, wanted)
  local second = (now_ms - now_ms % 1000) / 1000
  local name = text(wanted)
  local found = redis.call('HMGET', key, 'state', name)
  ring.key, ring.now_ms, ring.replaced, ring.dropped, ring.others = key, now_ms, false, false, false
  ring.own.name = name
  if not found[1] then
    ring.ms, ring.at, ring.requests, ring.tokens, ring.debt = now_ms, second, 0, 0, 0
    ring.oldest, ring.newest_requests, ring.newest_tokens = second, second, second
    ring.folds, ring.calls, ring.calls_before, ring.begins = 0, 0, 0, true
    ring_set_own(ring, wanted, 0, 0, false)
    return ring
  end
  local last_ms, requests, tokens, debt, oldest, newest_requests, newest_tokens, folds, calls =
    struct.unpack(RING_STATE, found[1])
  ring.requests, ring.tokens, ring.debt, ring.calls, ring.calls_before = requests, tokens, debt, calls, calls
  if now_ms < last_ms - CLOCK_REGRESSION_MS then
    ring.ms, ring.at, ring.begins, ring.replaced, ring.folds = now_ms, second, true, true, folds + 1
    ring.oldest, ring.newest_requests, ring.newest_tokens = second, second, second
    ring.own.name = text(second)
    ring_set_own(ring, second, requests, tokens, true)
    ring_work_off(ring, limit)
    return ring
  end
  local own_requests, own_tokens = 0, 0
  if found[2] then own_requests, own_tokens = struct.unpack(RING_BUCKET, found[2]) end
  ring_set_own(ring, wanted, own_requests, own_tokens, false)
  ring.ms = now_ms > last_ms and now_ms or last_ms
  ring.at = (last_ms - last_ms % 1000) / 1000
  ring.oldest, ring.newest_requests, ring.newest_tokens, ring.folds = oldest, newest_requests, newest_tokens, folds
  local now_at = (ring.ms - ring.ms % 1000) / 1000
  ring.begins = now_at > ring.at
  if ring.begins or debt > 0 then ring_advance(ring, now_at, limit) end
  return ring
end

-- It lives as long as calls are in flight; then for two rounds and a debt's time, from the first save of a second on.
local function ring_expire(ring, limit)
  if ring.calls > 0 then
    if ring.calls_before == 0 then redis.call('PERSIST', ring.key) end
  elseif ring.begins or ring.debt > 0 or ring.calls_before > 0 then
    local rounds = 2 + math.ceil(ring.debt / math.max(limit or ring.debt, 1))
    redis.call('PEXPIRE', ring.key, text(rounds * RING_SECONDS * 1000))
  end
end

-- A call begins (1) or ends (-1).
local function ring_count(ring, calls)
  local after = ring.calls + calls
  ring.calls = after > 0 and after or 0
end

local function ring_fields(ring, state)
  local fields = { 'state', state }
  local own = ring.own
  if own.touched then fields[3], fields[4] = own.name, struct.pack(RING_BUCKET, own.requests, own.tokens) end
  for second, bucket in pairs(ring.others) do
    if bucket.touched then
      fields[#fields + 1] = text(second)
      fields[#fields + 1] = struct.pack(RING_BUCKET, bucket.requests, bucket.tokens)
    end
  end
  return fields
end

local function ring_save(ring, limit)
  if ring.replaced then
    redis.call('DEL', ring.key)
  elseif ring.dropped then
    redis.call('HDEL', ring.key, unpack(ring.dropped))
  end
  local state = struct.pack(RING_STATE, ring.ms, ring.requests, ring.tokens, ring.debt, ring.oldest, ring.newest_requests,
    ring.newest_tokens, ring.folds, ring.calls)
  local own = ring.own
  if ring.others then
    redis.call('HSET', ring.key, unpack(ring_fields(ring, state)))
  elseif own.touched then
    redis.call('HSET', ring.key, 'state', state, own.name, struct.pack(RING_BUCKET, own.requests, own.tokens))
  else
    redis.call('HSET', ring.key, 'state', state)
  end
  ring_expire(ring, limit)
end
