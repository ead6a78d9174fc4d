#!lua flags=allow-oom
--[[
Adds a usage event to the roll-ups and to the checkpoint of spend, once: in the same step it is acknowledged, or taken
out of the dead letters, and who finds that done before adds nothing. The event is read here, by its id, because
after a fail-over another one can have the same id. Everything that can fail comes before the first write.

KEYS
  1 stream         the shard's usage events, or its dead letters
  2 meta           the shard's numbers
ARGV
  1 base           what the names of the shard's keys begin with
  2 id             of the entry
  3 sequence       that the entry had when it was taken
  4 source         `stream` or `dead`
  5 most_values    distinct values of a tag that are kept apart
REPLIES
  applied tenant key cost correction     the key's id; nano-USD, the correction is 0 or less
  passed_over            applied or set aside before, or no longer the entry that was taken
]]
-- include: text entries consumer-group roll-up roll-up-keys checkpoint

local entry = find_entry(KEYS[1], ARGV[2])
if not entry or (entry.sequence or '') ~= ARGV[3] then return { 'passed_over' } end
if newer_schema(entry.schema) then return schema_error(KEYS[1]) end
local event = parse_event(entry)
local corrects = entry.corrects or ''
local lines = contributions(event, corrects)
local hashes = load_roll_ups(ARGV[1], event, tonumber(ARGV[5]))
local checkpoints = load_checkpoints(ARGV[1], event, entry.periods or '')
redis.call('HGET', KEYS[2], 'applied')

if ARGV[4] == 'dead' then
  redis.call('XDEL', KEYS[1], ARGV[2])
elseif redis.call('XACK', KEYS[1], GROUP, ARGV[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'applied', 1)
else
  return { 'passed_over' }
end
for _, hash in ipairs(hashes) do add_to_roll_up(hash, lines) end
local amounts = { signed_amount(event.cost_nano_usd) }
if corrects ~= '' then amounts[2] = opposite(signed_amount(corrects)) end
for _, checkpoint in ipairs(checkpoints) do add_to_checkpoint(checkpoint, amounts) end
return { 'applied', event.tenant, event.key_id, amounts[1], amounts[2] or '0' }
