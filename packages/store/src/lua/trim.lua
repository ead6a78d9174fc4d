#!lua flags=allow-oom
--[[
Drops the oldest events that were applied, as far as more are kept than has to be, and forgets workers that are gone.
What nobody has read or somebody holds stays, and so does all behind it: the bound is found here, not beforehand.

KEYS
  1 stream         the shard's usage events
  2 repriced       what events cost by later prices
ARGV
  1 kept_ms        an event this old may go
  2 kept_events    with more events than this the oldest may go
  3 most           to drop at most
REPLIES
  how many were dropped
]]
-- include: clock text entries consumer-group entry-ids

local WORKER_GONE_MS = 3600000

local group = find_group(KEYS[1])
if not group then return 0 end

-- Workers name themselves anew at each start.
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], GROUP)) do
  local worker = named(row)
  if worker.pending == 0 and worker.idle > WORKER_GONE_MS then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], GROUP, worker.name)
  end
end

local oldest_pending = group.pending > 0 and redis.call('XPENDING', KEYS[1], GROUP)[2]
local function was_applied(id)
  if id_before(group['last-delivered-id'], id) then return false end
  return not oldest_pending or id_before(id, oldest_pending)
end

local old_id = text(math.max(0, redis_now_ms() - tonumber(ARGV[1]))) .. '-0'
local surplus = redis.call('XLEN', KEYS[1]) - tonumber(ARGV[2])
local ids, sequences = {}, {}
for n, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[3])) do
  local id = entry[1]
  if not was_applied(id) or not (n <= surplus or id_before(id, old_id)) then break end
  ids[n] = id
  sequences[n] = as_fields(entry).sequence or ''
end
if #ids == 0 then return 0 end
redis.call('HDEL', KEYS[2], unpack(sequences))
return redis.call('XDEL', KEYS[1], unpack(ids))
