-- Tokens used beyond the reserved ones are a debt: it takes up what room the limit leaves, second by second,
-- as if somebody were there to do it, so that a refusal need not write.
local function ring_work_off(ring, limit)
  if ring.debt <= 0 or not limit then return end
  local amount = math.min(ring.debt, limit - ring.tokens)
  if amount <= 0 then return end
  ring.debt = ring.debt - amount
  ring_add(ring, ring.at, 0, amount)
end

-- A ring full of debt looks the same every 61 s, less one limit of debt: so many rounds in one go.
local function ring_skip(ring, rounds, limit)
  local by = rounds * RING_SECONDS
  local moved = {}
  ring_fetch(ring, ring.oldest, ring_newest(ring))
  ring.dropped = ring.dropped or {}
  for second = ring.oldest, ring_newest(ring) do
    moved[second + by] = { requests = 0, tokens = ring_known(ring, second).tokens, touched = true }
    ring.dropped[#ring.dropped + 1] = text(second)
  end
  ring_set_own(ring, -1, 0, 0, false)
  ring.others, ring.requests, ring.debt = moved, 0, ring.debt - rounds * limit
  ring.at, ring.oldest = ring.at + by, ring.oldest + by
  ring.newest_requests, ring.newest_tokens = ring.oldest, ring.newest_tokens + by
end

-- Room that a refund or a raised limit left is taken up in the second that it came.
local function ring_advance(ring, second, limit)
  ring_work_off(ring, limit)
  while ring.at < second and ring.debt > 0 and (limit or 0) > 0 do
    local rounds = math.min(math.floor((second - ring.at) / RING_SECONDS), math.floor(ring.debt / limit))
    if ring.tokens == limit and rounds > 0 then
      ring_skip(ring, rounds, limit)
    else
      ring.at = ring.at + 1
      ring_drop(ring, ring.at - RING_SECONDS + 1)
      ring_work_off(ring, limit)
    end
  end
  ring.at = second
  ring_drop(ring, second - RING_SECONDS + 1)
  ring_work_off(ring, limit)
end
