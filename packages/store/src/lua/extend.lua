#!lua
--[[
Sets aside more money for a call in flight: another attempt follows one that may be billed. Booked to the periods of its
admission, for all budgets or for none. Anything but `extended` writes nothing.

KEYS
  1 reservation    its record
ARGV
  1 base           what the names of the shard's keys begin with
  2 not_after      ms of Redis' clock after which the node no longer waits; 0 is never
  3 bound          nano-USD, the most that the attempt can cost; empty where there is no bound
  4 expected       nano-USD, what it will likely cost
REPLIES
  extended  now terms
  uncovered now                  a hard budget does not have it
  over      now                  nothing is held any more: settled, voided, reaped or lost
  late      now                  not_after has passed
]]
-- include: clock text ring-buckets book scope kept-texts terms ledger

local now_ms = redis_now_ms()
local now = text(now_ms)
if ARGV[2] ~= '0' and now_ms > tonumber(ARGV[2]) then return { 'late', now } end
local record = redis.call('HMGET', KEYS[1], 'schema', 'terms', 'estimate')
if newer_schema(record[1], RESERVATION_SCHEMA) then return schema_error(KEYS[1]) end
if not record[2] or record[3] then return { 'over', now } end

local terms = parse_terms(ARGV[1], record[2], now_ms)
if terms.firm and ARGV[3] == '' then return { 'uncovered', now } end
for _, scope in ipairs(terms.scopes) do
  load_money(scope)
  for _, budget in ipairs(scope.budgets) do
    local left = budget.cap and budget.cap - budget.spent - budget.held
    if left and tonumber(ARGV[3]) > left then return { 'uncovered', now } end
  end
end

for _, scope in ipairs(terms.scopes) do
  for _, budget in ipairs(scope.budgets) do
    add_money(scope, budget.span.held_field, budget.held, read_amount(budget.cap and ARGV[3] or ARGV[4]))
  end
  save_money(scope)
end
if terms.bound ~= '' then terms.bound = sum(terms.bound, ARGV[3] == '' and ARGV[4] or ARGV[3]) end
terms.expected = sum(terms.expected, ARGV[4])
terms.tokens = text(terms.tokens)
local extended = terms_head(terms, terms.scopes) .. string.sub(terms.written, terms.tail_at)
redis.call('HSET', KEYS[1], 'schema', RESERVATION_SCHEMA, 'terms', extended)
return { 'extended', now, extended }
