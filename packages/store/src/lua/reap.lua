#!lua flags=allow-oom
--[[
Ends reservations whose lease ran out: frees their slots, and charges them as estimates until the truth comes.
After a gap in which nobody could have renewed, every reservation first gets another lease, once.

KEYS
  1 index          deadlines of the shard's reservations
  2 stream         the shard's usage events
  3 meta           the shard's numbers
ARGV
  1 base           what the names of the shard's keys begin with
  2 most           how many to end at most
REPLIES
  how many were ended
]]
-- include: clock text ring-buckets ring-debt ring book scope kept-texts terms ledger lease event lost-event

local GAP_MS = 5000
local now_ms = redis_now_ms()

local function record_of(id)
  local record = ARGV[1] .. 'r:' .. id
  local found = redis.call('HMGET', record, 'schema', 'terms', 'estimate', 'progress', 'tokens', 'spared')
  if newer_schema(found[1], RESERVATION_SCHEMA) then return nil end
  return {
    name = record, estimate = found[3], progress = found[4] or '0', tokens = found[5] or '0', spared = found[6],
    terms = found[2] and parse_terms(ARGV[1], found[2], now_ms),
  }
end

local function spare_all(clock_ran_back)
  for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local record = record_of(id)
    if record and record.terms and (clock_ran_back or not record.spared) then
      set_lease(KEYS[1], id, now_ms + tonumber(record.terms.lease_ms))
      redis.call('HSET', record.name, 'spared', 1)
    end
  end
end

-- A hard budget is charged all that the call can have cost; otherwise what it had cost as far as was told, or likely did.
local function estimate_of(record)
  local terms = record.terms
  if not terms.firm and tonumber(record.progress) > tonumber(terms.estimate) then return record.progress end
  return terms.estimate
end

local function charge(id, record)
  local amount = estimate_of(record)
  for _, scope in ipairs(record.terms.scopes) do
    load_money(scope)
    release_money(scope)
    book_money(scope, read_amount(amount), now_ms)
    save_money(scope)
  end
  redis.call('HSET', record.name, 'estimate', amount)
  local event = lost_event(id, record.terms, { lost = true, amount = amount, tokens = record.tokens, now_ms = now_ms })
  append_event(KEYS[2], KEYS[3], record.terms.scopes.periods, event, '')
end

local function free_slots(scopes)
  for _, scope in ipairs(scopes) do
    local ring = ring_open(scope.ring, scope.window, now_ms, scope.tokens, scope.second)
    ring_count(ring, -1)
    ring_save(ring, scope.tokens)
  end
end

local function reap(id)
  local record = record_of(id)
  if not record then return 0 end
  if not record.terms then
    redis.call('ZREM', KEYS[1], id)
    return 0
  end
  if not record.estimate then charge(id, record) end
  free_slots(record.terms.scopes)
  redis.call('ZREM', KEYS[1], id)
  redis.call('PEXPIRE', record.name, CORRECTION_MS)
  return 1
end

local last_ms = tonumber(redis.call('HGET', KEYS[3], 'reaped_at_ms') or '0')
redis.call('HSET', KEYS[3], 'reaped_at_ms', text(now_ms))
if math.abs(now_ms - last_ms) > GAP_MS then spare_all(now_ms < last_ms) end
local reaped = 0
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', text(now_ms), 'BYSCORE', 'LIMIT', 0, ARGV[2])) do
  reaped = reaped + reap(id)
end
return reaped
