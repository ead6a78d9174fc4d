-- A scope is a key's or tenant's limits and budgets, and how they stand.
-- `at_ms` says in which periods its budgets are. What they hold of a call: `bound` the hard ones, `expected` the soft ones.
local function scope_of(rules, at_ms, bound, expected)
  local scope = rules.scope
  local book, budgets = book_at(rules, at_ms), scope.budgets
  scope.book, scope.second, scope.folds, scope.written, scope.adds_by_redis = book, 0, 0, 0, false
  for b = 1, #budgets do
    local budget = budgets[b]
    budget.span, budget.repeats, budget.least_hold = book.spans[b], book.repeats[b], false
    budget.hold = budget.cap and bound or expected
  end
  return scope
end

-- Of lines, up to one that begins with `E`. Tells where that is, too.
local function read_scopes(written, at, base, at_ms, bound, expected)
  local scopes, n = {}, 0
  while string.byte(written, at) ~= 69 do
    local line_ends = string.find(written, '\n', at, true)
    n = n + 1
    scopes[n] = scope_of(read_rules(base, string.sub(written, at, line_ends - 1)), at_ms, bound, expected)
    at = line_ends + 1
  end
  return scopes, at
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
