-- What was agreed at admission, as text: kept in the reservation's record, and handed to the node, which can give it
-- back should the record be lost. Lines:
--   2 admitted_ms tokens lease_ms bound|- expected cap|- { second folds }…
--                                                      2 is the schema; bound and expected are what hard and soft budgets hold;
--                                                      the cap is there where the output's was lowered; then, unless it is that of
--                                                      admitted_ms for all, each scope's bucket that its tokens went into
--   for each scope the line that lib/scope.lua reads; its periods are those at admitted_ms
--   E members                                          JSON members of the event, should the store have to write it
local RESERVATION_SCHEMA = '2'
local TERMS_HEAD = '^2 (%d+) (%d+) (%d+) (%S+) (%d+) (%S+)()'

local function blank(value)
  return value == '' and '-' or value
end

local function unblank(value)
  return value == '-' and '' or value
end

local function are_in(second, scopes)
  for n = 1, #scopes do
    if scopes[n].second ~= second or scopes[n].folds ~= 0 then return false end
  end
  return true
end

-- The first line. `call` is admitted_ms, tokens, lease_ms, bound, expected and output_cap, all text.
local function terms_head(call, scopes)
  local head = '2 ' .. call.admitted_ms .. ' ' .. call.tokens .. ' ' .. call.lease_ms .. ' ' .. blank(call.bound) .. ' '
    .. call.expected .. ' ' .. blank(call.output_cap)
  if are_in(math.floor(call.admitted_ms / 1000), scopes) then return head end
  for _, scope in ipairs(scopes) do head = head .. ' ' .. text(scope.second) .. ' ' .. text(scope.folds) end
  return head
end

local kept_lines = keep_texts()

local function read_lines(base, lines, now_ms)
  local all = kept_lines.known[lines] or keep_text(kept_lines, lines, now_ms, parse_lines(base, lines))
  return all.base == base and all or parse_lines(base, lines)
end

local function parse_terms(base, written, now_ms)
  if string.byte(written, 1) == 49 then
    -- include: terms-1
    written = raise_terms(written)
  end
  local admitted_ms, tokens, lease_ms, bound, expected, output_cap, at = string.match(written, TERMS_HEAD)
  if not at then error('not the terms of a reservation: ' .. written) end
  bound = unblank(bound)
  local at_ms = tonumber(admitted_ms)
  local head_ends = string.find(written, '\n', at, true)
  local lines_end = string.find(written, '\nE ', head_ends, true)
  local lines = string.sub(written, head_ends + 1, lines_end)
  local scopes = open_scopes(read_lines(base, lines, now_ms), at_ms, read_amount(bound), read_amount(expected))
  for n = 1, #scopes do
    local scope = scopes[n]
    if at == head_ends then
      scope.second = (at_ms - at_ms % 1000) / 1000
    else
      local second, folds, next_at = string.match(written, '^ (%d+) (%d+)()', at)
      scope.second, scope.folds, at = tonumber(second), tonumber(folds), next_at
    end
  end
  -- A lost call is charged the estimate.
  return {
    admitted_ms = admitted_ms, tokens = tonumber(tokens), lease_ms = lease_ms, bound = bound, expected = expected,
    firm = scopes.firm, estimate = scopes.firm and bound or expected, output_cap = unblank(output_cap), scopes = scopes,
    written = written, tail_at = head_ends, draft_at = lines_end + 3,
  }
end
