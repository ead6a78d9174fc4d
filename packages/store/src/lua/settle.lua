#!lua flags=allow-oom
--[[
Replaces a reservation by the truth: money, windows, lease, and the usage event, in one step. Applied once for each
number of a producer. Everything that can fail is read and checked before the first write, for Lua takes nothing back.

KEYS
  1 reservation    its record
  2 index          deadlines of the shard's reservations
  3 stream         the shard's usage events
  4 meta           the shard's numbers
  5 producer       numbers of this producer that were applied
ARGV
  1 base           what the names of the shard's keys begin with
  2 id             of the reservation
  3 number         the producer's, from 1
  4 tokens         that were used
  5 amount         nano-USD that it cost
  6 terms          as admit gave them, for a record that was lost; empty until they are wanted
  7 event          JSON
REPLIES
  settled | corrected | unreserved | duplicate
  wanting          there is no record, and no terms were given; nothing was written
]]
-- include: clock text ring-buckets ring-debt ring book scope kept-texts terms ledger reservation lease numbering event

-- What was not used goes back, as far as its bucket still holds it; what was used beyond becomes debt.
local function correct_tokens(scope, surplus)
  local ring, limit = scope.ring, scope.tokens
  if surplus > 0 and limit then
    ring.debt = ring.debt + surplus
    ring_work_off(ring, limit)
  elseif surplus > 0 then
    ring_add(ring, ring.at, 0, surplus)
  elseif surplus < 0 then
    local bucket = ring_bucket(ring, scope.second, scope.folds)
    if bucket then ring_add(ring, scope.second, 0, math.max(surplus, -bucket.tokens)) end
  end
end

-- each call

local id, number, amount = ARGV[2], ARGV[3], ARGV[5]
local tokens = tonumber(ARGV[4])
local now_ms = redis_now_ms()
local known = find_number(KEYS[5], number)
if is_applied(known) then return 'duplicate' end
assert_amount(amount)
local cost = read_amount(amount)

local record = redis.call('HMGET', KEYS[1], 'schema', 'terms', 'estimate')
if newer_schema(record[1], RESERVATION_SCHEMA) then return schema_error(KEYS[1]) end
local reserved = record[2] ~= false
local estimate = record[3] and read_amount(record[3])
if not reserved and ARGV[6] == '' then return 'wanting' end
local terms = parse_terms(ARGV[1], record[2] or ARGV[6], now_ms)
load_reserved(terms, id, { index = KEYS[2], stream = KEYS[3], meta = KEYS[4] }, now_ms)

append_event(KEYS[3], KEYS[4], terms.scopes.periods, ARGV[7], record[3] or '')
for n = 1, #terms.scopes do
  local scope = terms.scopes[n]
  book_money(scope, cost, now_ms)
  if reserved then
    correct_tokens(scope, tokens - terms.tokens)
    if terms.leased then ring_count(scope.ring, -1) end
    ring_save(scope.ring, scope.tokens)
    release_reserved(scope, estimate, now_ms)
  end
  save_money(scope)
end
redis.call('ZREM', KEYS[2], id)
leave_tombstone(KEYS[1], reserved and SETTLED_MS or TOMBSTONE_MS)
note_number(known, now_ms)
if record[3] then return 'corrected' end
return reserved and 'settled' or 'unreserved'
