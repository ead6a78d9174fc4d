-- The last minute of a scope: a bucket of requests and tokens for each second, kept as long as any part of it
-- is younger than 60 s. That takes 61 buckets: with 60 the limit can be exceeded.
-- Hash: `state` is "last_ms requests tokens debt oldest newest_requests newest_tokens folds", the last being how often
-- the clock ran back; `<second>` is "requests tokens".
local RING_SECONDS = 61

local function ring_newest(ring)
  return math.max(ring.newest_requests, ring.newest_tokens)
end

local function ring_fetch(ring, first, last)
  local seconds = {}
  for second = first, last do
    if not ring.buckets[second] then seconds[#seconds + 1] = second end
  end
  if #seconds == 0 then return end
  local found = ring.replaced and {} or redis.call('HMGET', ring.key, unpack(seconds))
  for index, second in ipairs(seconds) do
    local requests, tokens = string.match(found[index] or '0 0', '^(%d+) (%d+)$')
    ring.buckets[second] = { requests = tonumber(requests), tokens = tonumber(tokens) }
  end
end

local function ring_drop(ring, before)
  local last = math.min(before - 1, ring_newest(ring))
  ring_fetch(ring, ring.oldest, last)
  for second = ring.oldest, last do
    local bucket = ring.buckets[second]
    ring.requests = ring.requests - bucket.requests
    ring.tokens = ring.tokens - bucket.tokens
    ring.buckets[second] = nil
    ring.dropped[#ring.dropped + 1] = second
  end
  ring.oldest = math.max(ring.oldest, before)
end

-- Adds to a bucket that is still alive; negative amounts give back.
local function ring_add(ring, second, requests, tokens)
  ring_fetch(ring, second, second)
  local bucket = ring.buckets[second]
  bucket.requests = bucket.requests + requests
  bucket.tokens = bucket.tokens + tokens
  ring.requests = ring.requests + requests
  ring.tokens = ring.tokens + tokens
  ring.touched[second] = true
  if requests > 0 then ring.newest_requests = math.max(ring.newest_requests, second) end
  if tokens > 0 then ring.newest_tokens = math.max(ring.newest_tokens, second) end
end

-- The bucket that something was added to, or nil once it is gone. A second can come twice, hence `folds`.
local function ring_bucket(ring, second, folds)
  if folds ~= ring.folds or second <= ring.at - RING_SECONDS or second > ring.at then return nil end
  ring_fetch(ring, second, second)
  return ring.buckets[second]
end
