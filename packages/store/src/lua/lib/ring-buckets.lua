-- The last minute of a scope: a bucket of requests and tokens for each second, kept as long as any part of it
-- is younger than 60 s. That takes 61 buckets: with 60 the limit can be exceeded.
-- Hash of packed numbers: `state` is last_ms requests tokens debt oldest newest_requests newest_tokens folds calls, folds
-- being how often the clock ran back, calls how many are in flight; `<second>` is requests tokens. Text would take Redis
-- three times as long, and a state of more than 64 bytes the compact form of the hash.
local RING_SECONDS = 61
local RING_STATE = '<ddddI4I4I4I4I4'
local RING_BUCKET = '<dd'

local function ring_newest(ring)
  return math.max(ring.newest_requests, ring.newest_tokens)
end

local function ring_put(ring, second, packed)
  local requests, tokens = 0, 0
  if packed then requests, tokens = struct.unpack(RING_BUCKET, packed) end
  ring.buckets[second] = { requests = requests, tokens = tokens, touched = false }
end

local function ring_fetch(ring, first, last)
  local seconds, names = {}, {}
  for second = first, last do
    if not ring.buckets[second] then
      seconds[#seconds + 1] = second
      names[#names + 1] = text(second)
    end
  end
  if #seconds == 0 then return end
  local found = ring.replaced and {} or redis.call('HMGET', ring.key, unpack(names))
  for index, second in ipairs(seconds) do ring_put(ring, second, found[index]) end
end

local function ring_drop(ring, before)
  local last = math.min(before - 1, ring_newest(ring))
  if ring.oldest <= last then ring_fetch(ring, ring.oldest, last) end
  for second = ring.oldest, last do
    local bucket = ring.buckets[second]
    ring.requests = ring.requests - bucket.requests
    ring.tokens = ring.tokens - bucket.tokens
    ring.buckets[second] = nil
    ring.dropped[#ring.dropped + 1] = text(second)
  end
  ring.oldest = math.max(ring.oldest, before)
end

-- Adds to a bucket that is still alive; negative amounts give back.
local function ring_add(ring, second, requests, tokens)
  if not ring.buckets[second] then ring_fetch(ring, second, second) end
  local bucket = ring.buckets[second]
  bucket.requests = bucket.requests + requests
  bucket.tokens = bucket.tokens + tokens
  ring.requests = ring.requests + requests
  ring.tokens = ring.tokens + tokens
  bucket.touched = true
  if requests > 0 then ring.newest_requests = math.max(ring.newest_requests, second) end
  if tokens > 0 then ring.newest_tokens = math.max(ring.newest_tokens, second) end
end

-- The bucket that something was added to, or nil once it is gone. A second can come twice, hence `folds`.
local function ring_bucket(ring, second, folds)
  if folds ~= ring.folds or second <= ring.at - RING_SECONDS or second > ring.at then return nil end
  if not ring.buckets[second] then ring_fetch(ring, second, second) end
  return ring.buckets[second]
end
