-- Tells entries that were applied or set aside, and so were all before them.
local function applied_entries(stream, group)
  local oldest_pending = group.pending > 0 and redis.call('XPENDING', stream, GROUP)[2]
  return function(id)
    if id_before(group['last-delivered-id'], id) then return false end
    return not oldest_pending or id_before(id, oldest_pending)
  end
end
