local CLOCK_REGRESSION_MS = 5000

-- The ring as it stands at `now_ms`. A clock that ran back a little stands still until it has caught up; one
-- that ran back far takes what is alive along, or a window would stay closed until the old time comes again.
local function ring_open(key, now_ms, limit)
  local second = math.floor(now_ms / 1000)
  local ring = {
    key = key, now_ms = now_ms, ms = now_ms, at = second, requests = 0, tokens = 0, debt = 0,
    oldest = second, newest_requests = second, newest_tokens = second, folds = 0, buckets = {}, touched = {},
    dropped = {},
  }
  local state = redis.call('HGET', key, 'state')
  if not state then return ring end
  local last_ms, requests, tokens, debt, oldest, newest_requests, newest_tokens, folds =
    string.match(state, '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$')
  ring.requests, ring.tokens, ring.debt = tonumber(requests), tonumber(tokens), tonumber(debt)
  ring.folds = tonumber(folds)
  last_ms = tonumber(last_ms)
  if now_ms < last_ms - CLOCK_REGRESSION_MS then
    ring.replaced, ring.folds = true, ring.folds + 1
    ring.buckets[second] = { requests = ring.requests, tokens = ring.tokens }
    ring.touched[second] = true
    ring_work_off(ring, limit)
    return ring
  end
  ring.ms, ring.at = math.max(now_ms, last_ms), math.floor(last_ms / 1000)
  ring.oldest, ring.newest_requests, ring.newest_tokens =
    tonumber(oldest), tonumber(newest_requests), tonumber(newest_tokens)
  ring_advance(ring, math.floor(ring.ms / 1000), limit)
  return ring
end

local function ring_save(ring, limit)
  if ring.replaced then
    redis.call('DEL', ring.key)
  elseif #ring.dropped > 0 then
    redis.call('HDEL', ring.key, unpack(ring.dropped))
  end
  local state = string.format('%d %d %d %d %d %d %d %d', ring.ms, ring.requests, ring.tokens, ring.debt,
    ring.oldest, ring.newest_requests, ring.newest_tokens, ring.folds)
  local fields = { 'state', state }
  for second in pairs(ring.touched) do
    local bucket = ring.buckets[second]
    if bucket then
      fields[#fields + 1] = second
      fields[#fields + 1] = string.format('%d %d', bucket.requests, bucket.tokens)
    end
  end
  redis.call('HSET', ring.key, unpack(fields))
  local rounds = 2 + math.ceil(ring.debt / math.max(limit or ring.debt, 1))
  redis.call('PEXPIRE', ring.key, rounds * RING_SECONDS * 1000)
end
