-- What was agreed at admission, as text: kept in the reservation's record, and handed to the node, which can give it
-- back should the record be lost. Lines:
--   1 admitted_ms tokens lease_ms estimate firm|soft cap|-
--                                                      1 is the schema; a lost call is charged the estimate; the cap
--                                                      is there where the output's was lowered
--   S kind second folds token_limit|- id                 a scope, and the bucket that its tokens went into
--   B hold cap|- ends_ms|- period                        a budget of the scope above, what it holds, and its cap if hard
--   E members                                            JSON members of the event, should the store have to write it
local function blank(value)
  return value == '' and '-' or value
end

local function unblank(value)
  return value == '-' and '' or value
end

-- What is agreed with a call that is being admitted, as parse_terms would read it.
local function agree_terms(call, scopes)
  local terms = {
    admitted_ms = call.now_ms, tokens = tonumber(call.tokens), lease_ms = tonumber(call.lease_ms), firm = false,
    output_cap = call.output_cap, draft = call.draft, scopes = scopes,
  }
  for _, scope in ipairs(scopes) do
    scope.second, scope.folds = scope.ring.at, scope.ring.folds
    for _, budget in ipairs(scope.budgets) do terms.firm = terms.firm or budget.cap ~= nil end
  end
  terms.estimate = terms.firm and call.bound or call.expected
  return terms
end

local function write_terms(terms)
  local lines = {}
  for _, scope in ipairs(terms.scopes) do
    lines[#lines + 1] = string.format('S %s %d %d %s %s', scope.kind, scope.second, scope.folds,
      scope.tokens and text(scope.tokens) or '-', scope.id)
    for _, budget in ipairs(scope.budgets) do
      lines[#lines + 1] = string.format('B %s %s %s %s', budget.hold, budget.cap and text(budget.cap) or '-',
        blank(budget.ends), budget.period)
    end
  end
  local head = string.format('1 %d %d %d %s %s %s', terms.admitted_ms, terms.tokens, terms.lease_ms, terms.estimate,
    terms.firm and 'firm' or 'soft', blank(terms.output_cap))
  return head .. '\n' .. table.concat(lines, '\n') .. '\nE ' .. terms.draft
end

local function parse_scope(base, line)
  local kind, second, folds, limit, id = string.match(line, '^S (%a+) (%d+) (%d+) (%S+) (.+)$')
  return {
    kind = kind, id = id, second = tonumber(second), folds = tonumber(folds), tokens = tonumber(limit),
    keys = scope_keys(base, kind, id), budgets = {},
  }
end

local function parse_budget(line)
  local hold, cap, ends, period = string.match(line, '^B (%d+) (%S+) (%S+) (.+)$')
  return { hold = hold, cap = tonumber(cap), ends = unblank(ends), period = period }
end

local function parse_terms(base, written)
  local admitted_ms, tokens, lease_ms, estimate, firmness, output_cap, rest =
    string.match(written, '^1 (%d+) (%d+) (%d+) (%d+) (%a+) (%S+)\n(.*)$')
  if not admitted_ms then error('not the terms of a reservation: ' .. written) end
  local terms = {
    admitted_ms = tonumber(admitted_ms), tokens = tonumber(tokens), lease_ms = tonumber(lease_ms),
    estimate = estimate, firm = firmness == 'firm', output_cap = unblank(output_cap), scopes = {},
  }
  for line in string.gmatch(rest, '[^\n]+') do
    local mark = string.sub(line, 1, 1)
    if mark == 'S' then
      terms.scopes[#terms.scopes + 1] = parse_scope(base, line)
    elseif mark == 'B' then
      add_budget(terms.scopes[#terms.scopes], parse_budget(line))
    else
      terms.draft = string.sub(line, 3)
    end
  end
  return terms
end
