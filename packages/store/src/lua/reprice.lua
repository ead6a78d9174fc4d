#!lua
--[[
Books other charges of a call in place of those that its event has now: to its key and tenant, to the periods that the
event was booked to, and as an event that corrects it, in one step. Everything that can fail comes before the first write.

KEYS
  1 stream         the shard's usage events
  2 meta           the shard's numbers
  3 repriced       what events cost by later prices
ARGV
  1 base           what the names of the shard's keys begin with
  2 id             of the entry
  3 sequence       that the entry had when it was listed
  4 known          what the event cost by later prices then; empty for none
  5 costs          what takes its place
  6 replaces       nano-USD that the call is charged now
  7 amount         nano-USD that it is charged from now on
  8 event          JSON
REPLIES
  booked | changed      changed: repriced since, or no longer the entry that was listed
]]
-- include: clock text entries scope ledger roll-up event

local sequence, replaces, amount = ARGV[3], ARGV[6], ARGV[7]
local now_ms = redis_now_ms()
assert_amount(replaces)
assert_amount(amount)
local entry = find_entry(KEYS[1], ARGV[2])
if not entry or entry.sequence ~= sequence then return 'changed' end
if newer_schema(entry.schema) then return schema_error(KEYS[1]) end
if (redis.call('HGET', KEYS[3], sequence) or '') ~= ARGV[4] then return 'changed' end
redis.call('HGET', KEYS[2], 'sequence')

-- Periods that are not kept any more take nothing in, and no event may say that they did.
local function booked_scope(kind, id)
  local scope = { kind = kind, id = id, keys = scope_keys(ARGV[1], kind, id), budgets = {} }
  for of, period in string.gmatch(entry.periods or '', '(%a+) ([^\n]+)') do
    local kept = redis.call('HMGET', scope.keys.money, 'spent|' .. period, 'ends|' .. period)
    if of == kind and kept[1] and not period_over(kept[2], now_ms) then
      add_budget(scope, false, '0', period, kept[2] or '')
      scope.budgets[#scope.budgets].known = true
    end
  end
  if #(redis.call('HGET', scope.keys.money, 'spent') or '0') > 18 then
    error('spent is out of range: ' .. scope.keys.money)
  end
  return scope
end

local event = parse_event(entry)
local scopes = { booked_scope('key', event.scope_id), booked_scope('tenant', event.tenant) }
for _, scope in ipairs(scopes) do
  book_money(scope, amount, now_ms)
  book_money(scope, negative(replaces), now_ms)
end
redis.call('HSET', KEYS[3], sequence, ARGV[5])
append_event(KEYS[1], KEYS[2], scopes, ARGV[8], replaces)
return 'booked'
