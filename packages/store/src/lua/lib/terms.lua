-- What was agreed at admission, as text: kept in the reservation's record, and handed to the node, which can give it
-- back should the record be lost. Lines:
--   1 admitted_ms tokens lease_ms estimate firm|soft cap|-
--                                                      1 is the schema; a lost call is charged the estimate; the cap
--                                                      is there where the output's was lowered
--   S kind second folds token_limit|- id                 a scope, and the bucket that its tokens went into
--   B hold cap|- ends_ms|- period                        a budget of the scope above, what it holds, and its cap if hard
--   E members                                            JSON members of the event, should the store have to write it
local TERMS_HEAD = '^1 (%d+) (%d+) (%d+) (%d+) (%a+) (%S+)\n()'
local TERMS_SCOPE = '^S (%a+) (%d+) (%d+) (%S+) ([^\n]+)\n()'
local TERMS_BUDGET = '^B (%d+) (%S+) (%S+) ([^\n]+)\n()'

local function unblank(value)
  return value == '-' and '' or value
end

local function parse_terms(base, written)
  local admitted_ms, tokens, lease_ms, estimate, firmness, output_cap, at = string.match(written, TERMS_HEAD)
  if not at then error('not the terms of a reservation: ' .. written) end
  local terms = {
    admitted_ms = admitted_ms, tokens = tonumber(tokens), lease_ms = lease_ms,
    estimate = estimate, firm = firmness == 'firm', output_cap = unblank(output_cap), scopes = {},
  }
  local kind, second, folds, limit, id, after = string.match(written, TERMS_SCOPE, at)
  while after do
    local scope = {
      kind = kind, id = id, second = tonumber(second), folds = tonumber(folds), tokens = tonumber(limit),
      limit_text = unblank(limit),      keys = scope_keys(base, kind, id), budgets = {}, spent = '0', ring = false,
    }
    terms.scopes[#terms.scopes + 1] = scope
    at = after
    local hold, cap, ends, period, next_at = string.match(written, TERMS_BUDGET, at)
    while next_at do
      add_budget(scope, cap ~= '-' and cap, hold, period, unblank(ends))
      at = next_at
      hold, cap, ends, period, next_at = string.match(written, TERMS_BUDGET, at)
    end
    kind, second, folds, limit, id, after = string.match(written, TERMS_SCOPE, at)
  end
  terms.draft = string.sub(written, at + 2)
  return terms
end
