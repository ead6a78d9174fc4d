-- Appends to the shard's stream under the next number, without a gap. `corrects` is the estimate that this event takes
-- the place of, empty for none; `periods` are the budget periods that it was booked to, a line "kind period" each.
local function append_event(stream, meta, periods, event, corrects)
  local sequence = redis.call('HINCRBY', meta, 'sequence', 1)
  redis.call('XADD', stream, '*', 'schema', '1', 'sequence', text(sequence), 'event', event, 'corrects', corrects,
    'periods', periods)
end
