#!lua flags=allow-oom
--[[
Moves a reservation's deadline and notes its progress. One that the store lost is held again by its terms; one that was
reaped gets its slot back and stays charged as an estimate until it is settled.

KEYS
  1 reservation    its record
  2 index          deadlines of the shard's reservations
  3 key            the gateway key's record
  4 tenant         the tenant's record
ARGV
  1 base           what the names of the shard's keys begin with
  2 id             of the reservation
  3 not_after      ms of Redis' clock after which the node no longer waits; 0 is never
  4 lease          ms
  5 progress       nano-USD that the call has cost so far
  6 tokens         that it has used so far
  7 terms          as admit gave them, for a record that was lost
REPLIES
  renewed   now
  readopted now
  revoked   now                  key or tenant is no longer active; nothing was written
  late      now                  not_after has passed; nothing was written
]]
-- include: clock text ring-buckets ring-debt ring book scope kept-texts access terms ledger lease

local id = ARGV[2]
local now_ms = redis_now_ms()
local now = text(now_ms)
if ARGV[3] ~= '0' and now_ms > tonumber(ARGV[3]) then return { 'late', now } end
assert_amount(ARGV[5])

local key, tenant = read_access(KEYS[3]), read_access(KEYS[4])
if newer_schema(key[1]) then return schema_error(KEYS[3]) end
if newer_schema(tenant[1]) then return schema_error(KEYS[4]) end
if access_refusal(key, tenant, now_ms) then return { 'revoked', now } end

local record = redis.call('HMGET', KEYS[1], 'schema', 'state', 'terms', 'estimate', 'progress')
if newer_schema(record[1], RESERVATION_SCHEMA) then return schema_error(KEYS[1]) end
if record[2] == 'over' then return { 'revoked', now } end
local terms = parse_terms(ARGV[1], record[3] or ARGV[7], now_ms)
local leased = redis.call('ZSCORE', KEYS[2], id)
for _, scope in ipairs(terms.scopes) do
  load_money(scope)
  if not leased then ring_open(scope.ring, scope.window, now_ms, scope.tokens, scope.second) end
end

set_lease(KEYS[2], id, now_ms + tonumber(ARGV[4]))
for _, scope in ipairs(terms.scopes) do
  if not leased then
    ring_count(scope.ring, 1)
    ring_save(scope.ring, scope.tokens)
  end
end
if not record[3] then
  for _, scope in ipairs(terms.scopes) do
    hold_money(scope, now_ms)
    save_money(scope)
  end
  redis.call('HSET', KEYS[1], 'schema', RESERVATION_SCHEMA, 'terms', ARGV[7])
end
-- Who takes over from a dead node knows less than it had told.
if tonumber(ARGV[5]) >= tonumber(record[5] or '0') then
  redis.call('HSET', KEYS[1], 'progress', ARGV[5], 'tokens', ARGV[6])
end
redis.call('HDEL', KEYS[1], 'spared')
if record[4] then redis.call('PERSIST', KEYS[1]) end
return { leased and 'renewed' or 'readopted', now }
