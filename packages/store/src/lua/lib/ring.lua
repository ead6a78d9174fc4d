local CLOCK_REGRESSION_MS = 5000

-- The ring as it stands at `now_ms`. A clock that ran back a little stands still until it has caught up; one
-- that ran back far takes what is alive along, or a window would stay closed until the old time comes again.
-- `wanted` is the second whose bucket is going to be asked for: it comes along with the state.
local function ring_open(key, now_ms, limit, wanted)
  local second = math.floor(now_ms / 1000)
  local ring = {
    key = key, now_ms = now_ms, ms = now_ms, at = second, requests = 0, tokens = 0, debt = 0,
    oldest = second, newest_requests = second, newest_tokens = second, folds = 0, calls = 0, calls_before = 0, begins = true,
    replaced = false, buckets = {}, dropped = {},
  }
  local found = redis.call('HMGET', key, 'state', text(wanted))
  if not found[1] then return ring end
  local last_ms, requests, tokens, debt, oldest, newest_requests, newest_tokens, folds, calls =
    struct.unpack(RING_STATE, found[1])
  ring.calls, ring.calls_before = calls, calls
  ring.requests, ring.tokens, ring.debt, ring.folds = requests, tokens, debt, folds
  if now_ms < last_ms - CLOCK_REGRESSION_MS then
    ring.replaced, ring.folds = true, folds + 1
    ring.buckets[second] = { requests = requests, tokens = tokens, touched = true }
    ring_work_off(ring, limit)
    return ring
  end
  ring_put(ring, wanted, found[2])
  ring.ms, ring.at = math.max(now_ms, last_ms), math.floor(last_ms / 1000)
  ring.oldest, ring.newest_requests, ring.newest_tokens = oldest, newest_requests, newest_tokens
  local now_at = math.floor(ring.ms / 1000)
  ring.begins = now_at > ring.at
  ring_advance(ring, now_at, limit)
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
  ring.calls = math.max(0, ring.calls + calls)
end

local function ring_save(ring, limit)
  if ring.replaced then
    redis.call('DEL', ring.key)
  elseif #ring.dropped > 0 then
    redis.call('HDEL', ring.key, unpack(ring.dropped))
  end
  local fields = {
    'state', struct.pack(RING_STATE, ring.ms, ring.requests, ring.tokens, ring.debt, ring.oldest, ring.newest_requests,
      ring.newest_tokens, ring.folds, ring.calls),
  }
  for second, bucket in pairs(ring.buckets) do
    if bucket.touched then
      fields[#fields + 1] = text(second)
      fields[#fields + 1] = struct.pack(RING_BUCKET, bucket.requests, bucket.tokens)
    end
  end
  redis.call('HSET', ring.key, unpack(fields))
  ring_expire(ring, limit)
end
