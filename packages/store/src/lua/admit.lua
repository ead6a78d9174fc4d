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
  1 caller         what comes with every call of the caller, as lib/caller.lua reads it
  2 id             of the reservation
  3 not_after      ms of Redis' clock after which the node no longer waits; 0 is never
  4 tokens         to set aside
  5 bound          nano-USD, the most that the call can cost; empty where there is no bound
  6 expected       nano-USD, what it will likely cost
  7 draft          JSON members of the event, should the store have to write it
  8 output         empty where the output cap is not to be lowered; else the input in the bound in nano-USD, a token of the output cap in
                   the bound in pico-USD, for all answers together, the cap that the bound goes by, and the least that is of use
REPLIES
  admitted now head standings…   head is the first line of the terms, behind which come the scopes and the draft as they were given
  lowered  now head bound cap standings…        the same with a lower output cap
  known    now terms admitted_ms bound cap standings…        was admitted before; bound and cap are empty where it was not lowered
  refused  now scope limit_name reason limit remaining wait_ms standings…        wait_ms or empty
  rejected now reason
  stale    now key tenant        as lib/access.lua reads records
  late     now                   not_after has passed, and nothing was made
  over     now                   a settlement or void of this id came first
  backlog  now
  recovering now                 a hard budget applies, and the ledger is not known to be whole
]]
-- include: clock text run ring-buckets ring-debt ring book scope kept-texts standing caller access fits terms ledger lease
-- each call

local now_ms = redis_now_ms()
local caller = read_caller(ARGV[1], now_ms)
local id, tokens = ARGV[2], tonumber(ARGV[4])

local known = redis.call('HMGET', KEYS[3], 'schema', 'state', 'terms')
if newer_schema(known[1], RESERVATION_SCHEMA) then return schema_error(KEYS[3]) end
if known[2] == 'over' then return { 'over', now_ms } end
if known[3] then
  local terms = parse_terms(caller.base, known[3], now_ms)
  local scopes = open_scopes(caller.scopes, now_ms, 0, 0)
  for _, scope in ipairs(scopes) do load_scope(scope, now_ms) end
  local bound = terms.output_cap ~= '' and terms.bound or ''
  return { 'known', now_ms, known[3], terms.admitted_ms, bound, terms.output_cap, standings(scopes, 1) }
end

-- Only after that: a command that was lost with its connection is sent again, and its first run may have been in time.
if ARGV[3] ~= '0' and now_ms > tonumber(ARGV[3]) then return { 'late', now_ms } end

local key, tenant = read_access(KEYS[1]), read_access(KEYS[2])
if newer_schema(key[1]) then return schema_error(KEYS[1]) end
if newer_schema(tenant[1]) then return schema_error(KEYS[2]) end
local rejection = access_refusal(key, tenant, now_ms)
if rejection then return { 'rejected', now_ms, rejection } end
if key[2] ~= caller.key_version or tenant[2] ~= caller.tenant_version then
  return { 'stale', now_ms, read_record(KEYS[1]), read_record(KEYS[2]) }
end
if redis.call('XLEN', KEYS[5]) >= caller.backlog then return { 'backlog', now_ms } end

local scopes = open_scopes(caller.scopes, now_ms, read_amount(ARGV[5]), read_amount(ARGV[6]))
local firm = scopes.firm
for n = 1, #scopes do load_scope(scopes[n], now_ms) end
local whole_under = redis.call('HGET', KEYS[6], 'run')
if whole_under and firm and not runs_under(whole_under) then return { 'recovering', now_ms } end
local output_cap, lowered_bound = '', ''
local has_room = fits(scopes, tokens)
if firm and ARGV[8] ~= '' and not has_room then
  -- include: output
  output_cap, lowered_bound = lower_output(scopes, read_output(ARGV[8]))
  has_room = fits(scopes, tokens)
end
if not has_room then
  -- include: forecast refusal
  local refusal = binding_refusal(scopes, tokens, now_ms)
  return {
    'refused', now_ms, refusal.scope, refusal.limit_name, refusal.reason, text(refusal.limit), text(refusal.remaining),
    refusal.wait_ms and text(refusal.wait_ms) or '', standings(scopes, 1),
  }
end

-- Whatever can fail comes first: all else that is written was read.
set_lease(KEYS[4], id, now_ms + caller.lease_ms)
for n = 1, #scopes do
  local scope = scopes[n]
  scope.second, scope.folds = scope.ring.at, scope.ring.folds
  ring_add(scope.ring, scope.ring.at, 1, tokens)
  ring_count(scope.ring, 1)
  ring_save(scope.ring, scope.tokens)
  hold_money(scope, now_ms)
  save_money(scope)
end
if not whole_under then redis.call('HSET', KEYS[6], 'run', server_run()) end
local head = terms_head({
  admitted_ms = text(now_ms), tokens = ARGV[4], lease_ms = caller.lease_ms, bound = lowered_bound == '' and ARGV[5] or lowered_bound,
  expected = ARGV[6], output_cap = output_cap,
}, scopes)
redis.call('HSET', KEYS[3], 'schema', RESERVATION_SCHEMA, 'terms', head .. '\n' .. caller.lines .. 'E ' .. ARGV[7])
if output_cap ~= '' then return { 'lowered', now_ms, head, lowered_bound, output_cap, standings(scopes, 1) } end
return { 'admitted', now_ms, head, standings(scopes, 1) }
