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
-- include: clock text entries book ledger roll-up event

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
  local scope = { money = ARGV[1] .. 'b:' .. kind .. ':' .. id, budgets = {}, book = false, spent = '0', writes = {}, written = 0 }
  local spans = {}
  for of, period in string.gmatch(entry.periods or '', '(%a+) ([^\n]+)') do
    local kept = redis.call('HMGET', scope.money, 'spent|' .. period, 'ends|' .. period)
    local span = span_of(period, kept[2] or '', false)
    if of == kind and kept[1] and not period_over(span.ends_ms, now_ms) then
      spans[#spans + 1] = span
      scope.budgets[#spans] = { span = span, repeats = false, known = true, spent = kept[1] }
    end
  end
  scope.book = book_of(kind, spans)
  scope.spent = redis.call('HGET', scope.money, 'spent') or '0'
  if #scope.spent > 18 then error('spent is out of range: ' .. scope.money) end
  return scope
end

local event = parse_event(entry)
local scopes = { booked_scope('key', event.scope_id), booked_scope('tenant', event.tenant) }
for _, scope in ipairs(scopes) do
  book_money(scope, read_amount(amount), now_ms)
  book_money(scope, negative(read_amount(replaces)), now_ms)
  save_money(scope)
end
redis.call('HSET', KEYS[3], sequence, ARGV[5])
append_event(KEYS[1], KEYS[2], periods_of(scopes), ARGV[8], replaces)
return 'booked'
