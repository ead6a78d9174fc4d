-- What was agreed at admission, as text: kept in the reservation's record, and handed to the node, which can give it
-- back should the record be lost. Lines:
--   1 admitted_ms tokens lease_ms estimate firm|soft     1 is the schema; a lost call is charged the estimate
--   S kind second folds token_limit|- id                 a scope, and the bucket that its tokens went into
--   B hold ends_ms|- period                              a budget of the scope above, and what it holds
--   E members                                            JSON members of the event, should the store have to write it
local function blank(value)
  return value == '' and '-' or value
end

local function write_terms(call, scopes)
  local lines = {}
  local firm = false
  for _, scope in ipairs(scopes) do
    lines[#lines + 1] = string.format('S %s %d %d %s %s', scope.kind, scope.ring.at, scope.ring.folds,
      scope.tokens and text(scope.tokens) or '-', scope.id)
    for _, budget in ipairs(scope.budgets) do
      firm = firm or budget.hard
      lines[#lines + 1] = string.format('B %s %s %s', budget.hold, blank(budget.ends), budget.period)
    end
  end
  local estimate = firm and call.bound or call.expected
  local head = string.format('1 %d %s %s %s %s', call.now_ms, call.tokens, call.lease_ms, estimate, firm and 'firm' or 'soft')
  return head .. '\n' .. table.concat(lines, '\n') .. '\nE ' .. call.draft
end

local function parse_scope(base, line)
  local kind, second, folds, limit, id = string.match(line, '^S (%a+) (%d+) (%d+) (%S+) (.+)$')
  return {
    kind = kind, id = id, second = tonumber(second), folds = tonumber(folds), tokens = tonumber(limit),
    keys = scope_keys(base, kind, id), budgets = {},
  }
end

local function parse_budget(line)
  local hold, ends, period = string.match(line, '^B (%d+) (%S+) (.+)$')
  return { hold = hold, ends = ends == '-' and '' or ends, period = period }
end

local function parse_terms(base, written)
  local admitted_ms, tokens, lease_ms, estimate, firmness, rest =
    string.match(written, '^1 (%d+) (%d+) (%d+) (%d+) (%a+)\n(.*)$')
  if not admitted_ms then error('not the terms of a reservation: ' .. written) end
  local terms = {
    admitted_ms = tonumber(admitted_ms), tokens = tonumber(tokens), lease_ms = tonumber(lease_ms),
    estimate = estimate, firm = firmness == 'firm', scopes = {},
  }
  for line in string.gmatch(rest, '[^\n]+') do
    local mark = string.sub(line, 1, 1)
    if mark == 'S' then
      terms.scopes[#terms.scopes + 1] = parse_scope(base, line)
    elseif mark == 'B' then
      local budgets = terms.scopes[#terms.scopes].budgets
      budgets[#budgets + 1] = parse_budget(line)
    else
      terms.draft = string.sub(line, 3)
    end
  end
  return terms
end
