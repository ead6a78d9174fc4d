-- When a ring will have room, if nobody else comes.
local function requests_wait_ms(ring, limit)
  ring_fetch(ring, ring.oldest, ring_newest(ring))
  local left = ring.requests
  local second = ring.oldest - 1
  while left + 1 > limit do
    second = second + 1
    left = left - ring_known(ring, second).requests
  end
  return (second + RING_SECONDS) * 1000 - ring.now_ms
end

local function ring_copy(ring)
  ring_fetch(ring, ring.oldest, ring_newest(ring))
  local copy = {}
  for name, value in pairs(ring) do copy[name] = value end
  copy.own, copy.others, copy.dropped = {}, {}, false
  for name, value in pairs(ring.own) do copy.own[name] = value end
  for second, bucket in pairs(ring.others or {}) do
    copy.others[second] = { requests = bucket.requests, tokens = bucket.tokens, touched = false }
  end
  return copy
end

local function tokens_wait_ms(ring, limit, need)
  local ahead = ring_copy(ring)
  while ahead.debt > 0 or ahead.tokens + need > limit do
    local rounds = math.floor(math.max(ahead.debt - 1, 0) / limit)
    ring_advance(ahead, ahead.at + math.max(1, rounds * RING_SECONDS), limit)
  end
  return ahead.at * 1000 - ring.now_ms
end
