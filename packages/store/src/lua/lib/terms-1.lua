-- Terms as the release before wrote them, in the words of this one. Their lines:
--   1 admitted_ms tokens lease_ms estimate firm|soft cap|-
--   S kind second folds token_limit|- id
--   B hold cap|- ends_ms|- period                      all hard budgets held the same, and all soft ones
--   E members
local function raise_terms(written)
  local admitted_ms, tokens, lease_ms, estimate, firmness, output_cap, at =
    string.match(written, '^1 (%d+) (%d+) (%d+) (%d+) (%a+) (%S+)\n()')
  if not at then error('not the terms of a reservation: ' .. written) end
  local bound, expected = firmness == 'firm' and estimate or '-', estimate
  local buckets, lines = '', {}
  local kind, second, folds, limit, id, after = string.match(written, '^S (%a+) (%d+) (%d+) (%S+) ([^\n]+)\n()', at)
  while after do
    buckets = buckets .. ' ' .. second .. ' ' .. folds
    local line = { kind, id, '', unblank(limit), '' }
    at = after
    local hold, cap, ends, period, next_at = string.match(written, '^B (%d+) (%S+) (%S+) ([^\n]+)\n()', at)
    while next_at do
      local hard = cap ~= '-'
      if hard then bound = hold else expected = hold end
      line[#line + 1] = table.concat({ hard and cap or '0', hard and 'hard' or 'soft', period, unblank(ends), '', '' }, '\t')
      at = next_at
      hold, cap, ends, period, next_at = string.match(written, '^B (%d+) (%S+) (%S+) ([^\n]+)\n()', at)
    end
    lines[#lines + 1] = table.concat(line, '\t') .. '\n'
    kind, second, folds, limit, id, after = string.match(written, '^S (%a+) (%d+) (%d+) (%S+) ([^\n]+)\n()', at)
  end
  return '2 ' .. table.concat({ admitted_ms, tokens, lease_ms, bound, expected, output_cap }, ' ') .. buckets .. '\n'
    .. table.concat(lines) .. string.sub(written, at)
end
