-- An entry of the usage stream or of the dead letters as a table of its fields, with its `id`; nil where it is gone.
local function as_fields(entry)
  local fields = { id = entry[1] }
  for at = 1, #entry[2], 2 do fields[entry[2][at]] = entry[2][at + 1] end
  return fields
end

local function find_entry(stream, id)
  local found = redis.call('XRANGE', stream, id, id)
  return found[1] and as_fields(found[1])
end

-- { id, sequence, deliveries } each, as workers are told of them: the rest stays here, where it is applied.
local function handed_out(entries, deliveries)
  local rows = {}
  for n, entry in ipairs(entries) do
    rows[n] = { entry[1], as_fields(entry).sequence or '', text(deliveries[n] or 1) }
  end
  return rows
end
