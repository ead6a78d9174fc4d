-- The last minute of a scope: a bucket of requests and tokens for each second, kept as long as any part of it
-- is younger than 60 s. That takes 61 buckets: with 60 the limit can be exceeded.
-- Hash of packed numbers: `state` is last_ms requests tokens debt oldest newest_requests newest_tokens folds calls, folds
-- being how often the clock ran back, calls how many are in flight; `<second>` is requests tokens. Text would take Redis
-- three times as long, and a state of more than 64 bytes the compact form of the hash.
local RING_SECONDS = 61
local RING_STATE = '<ddddI4I4I4I4I4'
local RING_BUCKET = '<dd'

-- `own` is the one bucket that most calls ask for, `others` are those that were fetched besides: one call seldom needs any.
local function ring_blank()
  return {
    key = '', now_ms = 0, ms = 0, at = 0, requests = 0, tokens = 0, debt = 0, oldest = 0, newest_requests = 0,
    newest_tokens = 0, folds = 0, calls = 0, calls_before = 0, begins = true, replaced = false, dropped = false,
    own = { second = -1, name = '', requests = 0, tokens = 0, touched = false }, others = false,
  }
end

local function ring_set_own(ring, second, requests, tokens, touched)
  local own = ring.own
  own.second, own.requests, own.tokens, own.touched = second, requests, tokens, touched
end

local function ring_newest(ring)
  return ring.newest_requests > ring.newest_tokens and ring.newest_requests or ring.newest_tokens
end

local function ring_known(ring, second)
  if ring.own.second == second then return ring.own end
  return ring.others and ring.others[second]
end

local function ring_fetch(ring, first, last)
  local seconds, names = {}, {}
  for second = first, last do
    if not ring_known(ring, second) then
      seconds[#seconds + 1] = second
      names[#names + 1] = text(second)
    end
  end
  if #seconds == 0 then return end
  local found = ring.replaced and {} or redis.call('HMGET', ring.key, unpack(names))
  ring.others = ring.others or {}
  for index, second in ipairs(seconds) do
    local requests, tokens = 0, 0
    if found[index] then requests, tokens = struct.unpack(RING_BUCKET, found[index]) end
    ring.others[second] = { requests = requests, tokens = tokens, touched = false }
  end
end

local function ring_drop(ring, before)
  local last = ring_newest(ring)
  if last >= before then last = before - 1 end
  if ring.oldest <= last then
    ring_fetch(ring, ring.oldest, last)
    ring.dropped = ring.dropped or {}
  end
  for second = ring.oldest, last do
    local bucket = ring_known(ring, second)
    ring.requests = ring.requests - bucket.requests
    ring.tokens = ring.tokens - bucket.tokens
    if ring.own.second == second then ring_set_own(ring, -1, 0, 0, false) else ring.others[second] = nil end
    ring.dropped[#ring.dropped + 1] = text(second)
  end
  if ring.oldest < before then ring.oldest = before end
end

-- Adds to a bucket that is still alive; negative amounts give back.
local function ring_add(ring, second, requests, tokens)
  local bucket = ring_known(ring, second)
  if not bucket then
    ring_fetch(ring, second, second)
    bucket = ring.others[second]
  end
  bucket.requests = bucket.requests + requests
  bucket.tokens = bucket.tokens + tokens
  ring.requests = ring.requests + requests
  ring.tokens = ring.tokens + tokens
  bucket.touched = true
  if requests > 0 and second > ring.newest_requests then ring.newest_requests = second end
  if tokens > 0 and second > ring.newest_tokens then ring.newest_tokens = second end
end

-- The bucket that something was added to, or nil once it is gone. A second can come twice, hence `folds`.
local function ring_bucket(ring, second, folds)
  if folds ~= ring.folds or second <= ring.at - RING_SECONDS or second > ring.at then return nil end
  local bucket = ring_known(ring, second)
  if bucket then return bucket end
  ring_fetch(ring, second, second)
  return ring.others[second]
end
