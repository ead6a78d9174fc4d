#!lua flags=no-writes
--[[
What scopes spent, what their applied events add up to, and the events that are not applied yet: all at one instant.

KEYS
  1 stream         the shard's usage events
  2 dead           the shard's dead letters
ARGV
  1 base           what the names of the shard's keys begin with
  2 most           events that one look takes in
  3 scopes         how many follow: kind and id each
REPLIES
  behind
  audited now { money, checkpoint }… { event, corrects, periods }…    hashes as HGETALL replies them
]]
-- include: clock text entries consumer-group

local most = tonumber(ARGV[2])
local rows = {}
local function take(entries)
  for _, entry in ipairs(entries) do
    local fields = as_fields(entry)
    rows[#rows + 1] = { fields.event or '', fields.corrects or '', fields.periods or '' }
  end
end

local group = find_group(KEYS[1])
local read_until = group and group['last-delivered-id'] or '0-0'
take(redis.call('XRANGE', KEYS[1], '(' .. read_until, '+', 'COUNT', most + 1))
take(redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', most + 1))
if group and group.pending > 0 then
  for _, pending in ipairs(redis.call('XPENDING', KEYS[1], GROUP, '-', '+', most + 1)) do
    take(redis.call('XRANGE', KEYS[1], pending[1], pending[1]))
  end
end
if #rows > most then return { 'behind' } end

local scopes = {}
for n = 1, tonumber(ARGV[3]) do
  local name = ARGV[2 + 2 * n] .. ':' .. ARGV[3 + 2 * n]
  scopes[n] = { redis.call('HGETALL', ARGV[1] .. 'b:' .. name), redis.call('HGETALL', ARGV[1] .. 'f:' .. name) }
end
return { 'audited', text(redis_now_ms()), scopes, rows }
