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
  6 meta           the shard's numbers
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
 12 input_cost     nano-USD of the input in the bound; empty where the output cap is not to be lowered
 13 token_cost     pico-USD of a token of the output cap in the bound, for all answers together
 14 output_cap     tokens that the bound goes by
 15 least_cap      tokens below which no answer is of use
 16 scopes         how many follow, as lib/scope.lua reads them
REPLIES
  admitted now terms admitted_ms standings, and where the output cap was lowered: bound cap; else both empty
  refused  now { scope, limit name, reason, limit, remaining, wait ms or empty } standings
  rejected now reason
  stale    now key tenant        as lib/access.lua reads records
  late     now                   not_after has passed, and nothing was made
  over     now                   a settlement or void of this id came first
  backlog  now
  recovering now                 a hard budget applies, and the ledger is not known to be whole
]]
-- include: clock text run ring-buckets ring-debt ring scope read-scopes standing access fits write-terms ledger lease

local now_ms = redis_now_ms()
local now = text(now_ms)
local id, tokens = ARGV[2], tonumber(ARGV[7])

local function load_scopes()
  local scopes = read_scopes(17, tonumber(ARGV[16]), now_ms)
  for _, scope in ipairs(scopes) do load_scope(scope, now_ms) end
  return scopes
end

local known = redis.call('HMGET', KEYS[3], 'schema', 'state', 'terms')
if newer_schema(known[1]) then return schema_error(KEYS[3]) end
if known[2] == 'over' then return { 'over', now } end
if known[3] then
  local admitted_ms, estimate, cap = string.match(known[3], '^1 (%d+) %d+ %d+ (%d+) %a+ (%S+)')
  local lowered = cap ~= '-'
  return {
    'admitted', now, known[3], admitted_ms, standings(load_scopes()), lowered and estimate or '', lowered and cap or '',
  }
end

-- Only after that: a command that was lost with its connection is sent again, and its first run may have been in time.
if ARGV[3] ~= '0' and now_ms > tonumber(ARGV[3]) then return { 'late', now } end

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
local firm = has_hard_budget(scopes)
local whole_under = redis.call('HGET', KEYS[6], 'run')
if whole_under and firm and not runs_under(whole_under) then return { 'recovering', now } end
local output_cap, lowered_bound = '', ''
if firm and ARGV[12] ~= '' and not fits(scopes, tokens) then
  -- include: output
  output_cap, lowered_bound = lower_output(scopes,
    { input = tonumber(ARGV[12]), pico = tonumber(ARGV[13]), cap = tonumber(ARGV[14]), least = tonumber(ARGV[15]) })
end
if not fits(scopes, tokens) then
  -- include: forecast refusal
  local refusal = binding_refusal(scopes, tokens, now_ms)
  local row = {
    refusal.scope, refusal.limit_name, refusal.reason, text(refusal.limit), text(refusal.remaining),
    refusal.wait_ms and text(refusal.wait_ms) or '',
  }
  return { 'refused', now, row, standings(scopes) }
end

redis.call('ZCARD', KEYS[4])
for _, scope in ipairs(scopes) do
  scope.second, scope.folds = scope.ring.at, scope.ring.folds
  ring_add(scope.ring, scope.ring.at, 1, tokens)
  ring_count(scope.ring, 1)
  ring_save(scope.ring, scope.tokens)
  hold_money(scope, now_ms)
  for _, budget in ipairs(scope.budgets) do budget.held = sum(budget.held, budget.hold) end
end
set_lease(KEYS[4], id, now_ms + tonumber(ARGV[10]))
if not whole_under then redis.call('HSET', KEYS[6], 'run', server_run()) end
local bound = lowered_bound == '' and ARGV[8] or lowered_bound
local terms = write_terms({
  admitted_ms = now, tokens = ARGV[7], lease_ms = ARGV[10], estimate = firm and bound or ARGV[9], firm = firm,
  output_cap = output_cap, draft = ARGV[11],
}, scopes)
redis.call('HSET', KEYS[3], 'schema', '1', 'terms', terms)
return { 'admitted', now, terms, now, standings(scopes), lowered_bound, output_cap }
