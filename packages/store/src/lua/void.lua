#!lua flags=allow-oom
--[[
Takes a reservation back of which nothing reached a provider: the request and tokens in the windows, the slot, the
money. Always leaves a tombstone, so that an admit which comes later makes nothing.

KEYS
  1 reservation    its record
  2 index          deadlines of the shard's reservations
  3 stream         the shard's usage events
  4 meta           the shard's numbers
ARGV
  1 base           what the names of the shard's keys begin with
  2 id             of the reservation
REPLIES
  voided | absent
]]
-- include: clock text ring-buckets ring-debt ring book scope kept-texts terms ledger reservation lease event lost-event

local id = ARGV[2]
local now_ms = redis_now_ms()
local record = redis.call('HMGET', KEYS[1], 'schema', 'terms', 'estimate')
if newer_schema(record[1], RESERVATION_SCHEMA) then return schema_error(KEYS[1]) end
if not record[2] then
  leave_tombstone(KEYS[1], TOMBSTONE_MS)
  return 'absent'
end

local terms = parse_terms(ARGV[1], record[2], now_ms)
load_reserved(terms, id, { index = KEYS[2], stream = KEYS[3], meta = KEYS[4] }, now_ms)

local function give_back(scope)
  local ring = scope.ring
  local bucket = ring_bucket(ring, scope.second, scope.folds)
  if bucket then
    ring_add(ring, scope.second, -math.min(1, bucket.requests), -math.min(terms.tokens, bucket.tokens))
  end
  if terms.leased then ring_count(ring, -1) end
  ring_save(ring, scope.tokens)
end

if record[3] then
  local event = lost_event(id, terms, { lost = false, amount = '0', tokens = '0', now_ms = now_ms })
  append_event(KEYS[3], KEYS[4], terms.scopes.periods, event, record[3])
end
for _, scope in ipairs(terms.scopes) do
  give_back(scope)
  release_reserved(scope, record[3] and read_amount(record[3]), now_ms)
  save_money(scope)
end
redis.call('ZREM', KEYS[2], id)
leave_tombstone(KEYS[1], TOMBSTONE_MS)
return 'voided'
