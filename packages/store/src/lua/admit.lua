#!lua
--[[
Decides whether a call may begin and sets aside what it needs, for all scopes or for none. Anything but `admitted`
writes nothing.

KEYS
  1 key            the gateway key's record
  2 tenant         the tenant's record
  3 reservation    the reservation's record
  4 index          deadlines of the shard's reservations
  5 stream         the shard's usage events
ARGV
  1 base           what the names of the shard's keys begin with
  2 id             of the reservation
  3 not_after      ms of Redis' clock after which the node no longer waits; 0 is never
  4 key_version    as the node read it
  5 tenant_version as the node read it
  6 backlog        most events that may wait unread
  7 tokens         to set aside
  8 bound          nano-USD, the most that the call can cost; empty where there is no bound
  9 expected       nano-USD, what it will likely cost
 10 lease          ms
 11 draft          JSON members of the event, should the store have to write it
 12 scopes         how many follow, as lib/scope.lua reads them
REPLIES
  admitted now terms admitted_ms standings
  refused  now { scope, limit name, reason, limit, remaining, wait ms or empty } standings
  rejected now reason
  stale    now key tenant        as lib/access.lua reads records
  late     now                   not_after has passed
  over     now                   a settlement or void of this id came first
  backlog  now
]]
-- include: clock text ring-buckets ring-debt ring forecast scope standing access refusal terms ledger lease

local now_ms = redis_now_ms()
local now = text(now_ms)
local id = ARGV[2]
if ARGV[3] ~= '0' and now_ms > tonumber(ARGV[3]) then return { 'late', now } end

local function load_scopes()
  local scopes = read_scopes(13, tonumber(ARGV[12]), now_ms)
  for _, scope in ipairs(scopes) do load_scope(scope, now_ms) end
  return scopes
end

local known = redis.call('HMGET', KEYS[3], 'schema', 'state', 'terms')
if newer_schema(known[1]) then return schema_error(KEYS[3]) end
if known[2] == 'over' then return { 'over', now } end
if known[3] then
  local admitted_ms = string.match(known[3], '^1 (%d+)')
  return { 'admitted', now, known[3], admitted_ms, standings(load_scopes()) }
end

local key, tenant = read_access(KEYS[1]), read_access(KEYS[2])
if newer_schema(key[1]) then return schema_error(KEYS[1]) end
if newer_schema(tenant[1]) then return schema_error(KEYS[2]) end
local rejection = access_refusal(key, tenant, now_ms)
if rejection then return { 'rejected', now, rejection } end
if key[2] ~= ARGV[4] or tenant[2] ~= ARGV[5] then
  return { 'stale', now, read_record(KEYS[1]), read_record(KEYS[2]) }
end
if redis.call('XLEN', KEYS[5]) >= tonumber(ARGV[6]) then return { 'backlog', now } end

local scopes = load_scopes()
local refusal = binding_refusal(scopes, tonumber(ARGV[7]), now_ms)
if refusal then
  local row = {
    refusal.scope, refusal.limit_name, refusal.reason, text(refusal.limit), text(refusal.remaining),
    refusal.wait_ms and text(refusal.wait_ms) or '',
  }
  return { 'refused', now, row, standings(scopes) }
end

redis.call('ZCARD', KEYS[4])
local deadline_ms = now_ms + tonumber(ARGV[10])
local terms = write_terms(
  { now_ms = now_ms, tokens = ARGV[7], bound = ARGV[8], expected = ARGV[9], lease_ms = ARGV[10], draft = ARGV[11] },
  scopes
)
for _, scope in ipairs(scopes) do
  ring_add(scope.ring, scope.ring.at, 1, tonumber(ARGV[7]))
  ring_save(scope.ring, scope.tokens)
  hold_money(scope, now_ms)
  scope.leases = scope.leases + 1
  for _, budget in ipairs(scope.budgets) do budget.held = budget.held + tonumber(budget.hold) end
end
set_lease(KEYS[4], scopes, id, deadline_ms)
redis.call('HSET', KEYS[3], 'schema', 1, 'terms', terms)
return { 'admitted', now, terms, now, standings(scopes) }
