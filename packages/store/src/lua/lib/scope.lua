-- A scope is a key's or tenant's limits and budgets, and how they stand. Its node words it in a line, fields with tabs between them:
-- kind, id, requests a minute, tokens a minute, concurrency; then for each budget its cap, `hard` or `soft`, the current period, its
-- end, the next one, its end. Empty is none. The node names the calendar, Redis' clock picks the stretch.
local SCOPE = '^(%a+)\t([^\t]+)\t(%d*)\t(%d*)\t(%d*)()'
local BUDGET = '^\t(%d+)\t(%a+)\t([^\t]+)\t(%d*)\t([^\t]*)\t(%d*)()'

-- When the next period of a budget begins is in `turns_at_ms`; `cap` is false where it is soft.
local function parse_rules(base, line)
  local kind, id, requests, tokens, concurrency, at = string.match(line, SCOPE)
  local name = kind .. ':' .. id
  local rules = {
    kind = kind, window = base .. 'w:' .. name, money = base .. 'b:' .. name, requests = tonumber(requests) or false,
    tokens = tonumber(tokens) or false, concurrency = tonumber(concurrency) or false, budgets = {}, book = false,
  }
  local spans = {}
  local cap, firmness, period, ends, next_period, next_ends, after = string.match(line, BUDGET, at)
  while after do
    local b, hard = #spans + 1, firmness == 'hard'
    spans[b] = span_of(period, ends, hard)
    rules.budgets[b] = {
      cap = hard and tonumber(cap), turns_at_ms = next_period ~= '' and tonumber(ends) or math.huge,
      next_period = next_period, next_ends = next_ends,
    }
    cap, firmness, period, ends, next_period, next_ends, after = string.match(line, BUDGET, after)
  end
  rules.book = book_of(kind, spans)
  return rules
end

local function book_at(rules, at_ms)
  local spans = {}
  for b, budget in ipairs(rules.budgets) do
    spans[b] = rules.book.spans[b]
    if at_ms >= budget.turns_at_ms then spans[b] = span_of(budget.next_period, budget.next_ends, budget.cap) end
  end
  return book_of(rules.kind, spans)
end

-- Of all scopes of a call.
local function parse_lines(base, lines)
  local all = { base = base, firm = false, turns_at_ms = math.huge, periods = '' }
  for line in string.gmatch(lines, '([^\n]+)\n') do
    local rules = parse_rules(base, line)
    all[#all + 1] = rules
    for _, budget in ipairs(rules.budgets) do
      all.firm = all.firm or budget.cap ~= false
      all.turns_at_ms = math.min(all.turns_at_ms, budget.turns_at_ms)
    end
  end
  all.periods = periods_of(all)
  return all
end

-- How scopes stand, by their place in the call: each call fills them anew, so that who reads scopes again has the former in his hands
-- no more.
local standing_scopes = {}

local function blank_scopes(count)
  local scopes = { firm = false, periods = '' }
  for n = 1, count do
    scopes[n] = {
      kind = '', window = '', money = '', requests = false, tokens = false, concurrency = false, book = false, spent = '0',
      budgets = false, budgets_of = {}, ring = ring_blank(), second = 0, folds = 0, writes = {}, written = 0, adds_by_redis = false,
    }
  end
  standing_scopes[count] = scopes
  return scopes
end

local function blank_budgets(scope, count)
  local budgets = {}
  for b = 1, count do
    budgets[b] = {
      cap = false, span = false, is_next = false, repeats = false, hold = 0, least_hold = false, known = false, spent = '0', held = '0',
    }
  end
  scope.budgets_of[count] = budgets
  return budgets
end

-- The scopes of a call. `at_ms` says in which periods their budgets are, `bound` what hard ones hold, `expected` what soft ones do.
local function open_scopes(all, at_ms, bound, expected)
  local scopes = standing_scopes[#all] or blank_scopes(#all)
  local has_turned = at_ms >= all.turns_at_ms
  for n = 1, #all do
    local rules, scope = all[n], scopes[n]
    local book, count = rules.book, #rules.budgets
    if has_turned then book = book_at(rules, at_ms) end
    scope.kind, scope.window, scope.money, scope.book = rules.kind, rules.window, rules.money, book
    scope.requests, scope.tokens, scope.concurrency = rules.requests, rules.tokens, rules.concurrency
    scope.second, scope.folds, scope.written, scope.adds_by_redis = 0, 0, 0, false
    scope.budgets = scope.budgets_of[count] or blank_budgets(scope, count)
    for b = 1, count do
      local budget, cap = scope.budgets[b], rules.budgets[b].cap
      budget.cap, budget.span, budget.repeats = cap, book.spans[b], book.repeats[b]
      budget.is_next = has_turned and at_ms >= rules.budgets[b].turns_at_ms
      budget.hold, budget.least_hold = cap and bound or expected, false
    end
  end
  scopes.firm, scopes.periods = all.firm, has_turned and periods_of(scopes) or all.periods
  return scopes
end

local function load_money(scope)
  local money = redis.call('HMGET', scope.money, unpack(scope.book.fields))
  local budgets = scope.budgets
  scope.spent = money[1] or '0'
  for b = 1, #budgets do
    local budget = budgets[b]
    budget.known = money[2 * b] ~= false
    budget.spent = money[2 * b] or '0'
    budget.held = money[2 * b + 1] or '0'
  end
end
