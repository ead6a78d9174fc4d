#!lua flags=allow-oom
--[[
Drops the oldest events that were applied, as far as more are kept than has to be, and forgets workers that are gone.
What nobody has read or somebody holds stays, and so does all behind it: the bound is found here, not beforehand. What an
archive does not have yet stays too, up to a bound.

KEYS
  1 stream         the shard's usage events
  2 repriced       what events cost by later prices
  3 meta           the shard's numbers
ARGV
  1 kept_ms        an event this old may go
  2 kept_events    with more events than this the oldest may go
  3 most_waiting   events that are kept for the archive; with more than this it misses the oldest
  4 most           to drop at most
REPLIES
  how many were dropped
]]
-- include: clock text entries consumer-group entry-ids applied-entries

local WORKER_GONE_MS = 3600000
local ARCHIVE_GONE_MS = 7 * 86400000

local group = find_group(KEYS[1])
if not group then return 0 end

-- Workers name themselves anew at each start.
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], GROUP)) do
  local worker = named(row)
  if worker.pending == 0 and worker.idle > WORKER_GONE_MS then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], GROUP, worker.name)
  end
end

local now_ms = redis_now_ms()
local was_applied = applied_entries(KEYS[1], group)

-- How many events that the archive does not have may go; nil where there is none.
local meta = redis.call('HMGET', KEYS[3], 'archived', 'archived_id', 'archiver_until_ms', 'sequence')
local may_miss
if meta[1] and now_ms < tonumber(meta[3]) + ARCHIVE_GONE_MS then
  may_miss = tonumber(meta[4] or '0') - tonumber(meta[1]) - tonumber(ARGV[3])
end

local function archive_needs(id)
  if not may_miss or not id_before(meta[2], id) then return false end
  may_miss = may_miss - 1
  return may_miss < 0
end

local old_id = text(math.max(0, now_ms - tonumber(ARGV[1]))) .. '-0'
local surplus = redis.call('XLEN', KEYS[1]) - tonumber(ARGV[2])
local ids, sequences = {}, {}
for n, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[4])) do
  local id = entry[1]
  if not was_applied(id) or not (n <= surplus or id_before(id, old_id)) or archive_needs(id) then break end
  ids[n] = id
  sequences[n] = as_fields(entry).sequence or ''
end
if #ids == 0 then return 0 end
redis.call('HDEL', KEYS[2], unpack(sequences))
return redis.call('XDEL', KEYS[1], unpack(ids))
