#!lua flags=allow-oom
--[[
Hands applied events to the one worker that archives the shard, in order, behind the last one that it has written. What it
says that it has written is noted, and may be trimmed from then on. It is believed only where the stream has that very
event: after a fail-over, or where it wrote to another directory, it goes on behind what was noted.

KEYS
  1 stream         the shard's usage events
  2 meta           the shard's numbers
ARGV
  1 worker         its name
  2 lease          ms for which no other worker is handed any; 0 gives the shard back
  3 sequence       of the last event that it has written; empty where it does not know
  4 id             of that entry
  5 most           events
REPLIES
  held                                                    another worker archives the shard
  taken sequence id waiting now { id, sequence, event, corrects }…
                   behind which the events go on, and how many of the shard are not archived
]]
-- include: clock text entries consumer-group entry-ids applied-entries

local now_ms = redis_now_ms()
local meta = redis.call('HMGET', KEYS[2], 'archiver', 'archiver_until_ms', 'archived', 'archived_id', 'sequence')
local until_ms = tonumber(meta[2] or '0')
if meta[1] ~= ARGV[1] and until_ms > now_ms then return { 'held' } end

local lease_ms = tonumber(ARGV[2])
if meta[1] ~= ARGV[1] or until_ms - now_ms < lease_ms / 2 or lease_ms == 0 then
  redis.call('HSET', KEYS[2], 'archiver', ARGV[1], 'archiver_until_ms', text(now_ms + lease_ms))
end

-- An archive begins with what is still kept.
local function before_first()
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  return first and text(tonumber(as_fields(first).sequence) - 1) or meta[5] or '0'
end

local archived, archived_id = meta[3] or before_first(), meta[4] or '0-0'
local written = ARGV[3] ~= '' and tonumber(ARGV[3]) > tonumber(archived) and find_entry(KEYS[1], ARGV[4])
if written and written.sequence == ARGV[3] then archived, archived_id = ARGV[3], ARGV[4] end
if archived ~= meta[3] then redis.call('HSET', KEYS[2], 'archived', archived, 'archived_id', archived_id) end

local group = find_group(KEYS[1])
local was_applied = group and applied_entries(KEYS[1], group)
local rows = {}
if group and ARGV[5] ~= '0' then
  for n, entry in ipairs(redis.call('XRANGE', KEYS[1], '(' .. archived_id, '+', 'COUNT', ARGV[5])) do
    if not was_applied(entry[1]) then break end
    local fields = as_fields(entry)
    rows[n] = { fields.id, fields.sequence or '', fields.event or '', fields.corrects or '' }
  end
end
local waiting = math.max(0, tonumber(meta[5] or '0') - tonumber(archived))
return { 'taken', archived, archived_id, text(waiting), text(now_ms), rows }
