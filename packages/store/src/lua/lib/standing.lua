-- Adds how the scope stands now: its ring, spent and held money. Reads only.
local function load_scope(scope, now_ms)
  local rules = scope.rules
  ring_open(scope.ring, rules.window, now_ms, rules.tokens, (now_ms - now_ms % 1000) / 1000)
  load_money(scope)
end

local function at_least_0(number)
  return number > 0 and number or 0
end

local function tokens_left(scope)
  local ring = scope.ring
  return ring.debt > 0 and 0 or at_least_0(scope.rules.tokens - ring.tokens)
end

local function tokens_reset_ms(scope)
  local ring, limit = scope.ring, scope.rules.tokens
  if ring.debt > 0 and limit > 0 then
    -- include: forecast
    return tokens_wait_ms(ring, limit, limit)
  end
  if ring.tokens == 0 then return 0 end
  return (ring.newest_tokens + RING_SECONDS) * 1000 - ring.now_ms
end

local function budget_standings(scopes, n, b)
  local scope = scopes[n]
  if not scope then return end
  local budget = scope.budgets[b]
  if not budget then return budget_standings(scopes, n + 1, 1) end
  local is_following = budget.span == scope.rules.budgets[b].following
  return is_following and 1 or 0, budget.spent, budget.held, budget_standings(scopes, n, b + 1)
end

-- For each scope, from the nth on: requests left, ms to reset, tokens left, ms to reset, slots left, spent ever. Behind all of them,
-- for each budget: 1 where it is in its next period, else 0; spent; held. One list: Redis takes its time over each that it replies.
local function standings(scopes, n)
  local scope = scopes[n]
  if not scope then return budget_standings(scopes, 1, 1) end
  local ring, rules = scope.ring, scope.rules
  return rules.requests and at_least_0(rules.requests - ring.requests) or '',
    ring.requests == 0 and 0 or (ring.newest_requests + RING_SECONDS) * 1000 - ring.now_ms,
    rules.tokens and tokens_left(scope) or '',
    rules.tokens and tokens_reset_ms(scope) or 0,
    rules.concurrency and at_least_0(rules.concurrency - ring.calls) or '',
    scope.spent,
    standings(scopes, n + 1)
end
