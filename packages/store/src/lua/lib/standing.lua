-- Adds how the scope stands now: its ring, spent and held money. Reads only.
local function load_scope(scope, now_ms)
  ring_open(scope.ring, scope.window, now_ms, scope.tokens, (now_ms - now_ms % 1000) / 1000)
  load_money(scope)
end

local function at_least_0(number)
  return number > 0 and number or 0
end

local function tokens_left(scope)
  return scope.ring.debt > 0 and 0 or at_least_0(scope.tokens - scope.ring.tokens)
end

local function tokens_reset_ms(scope)
  local ring, limit = scope.ring, scope.tokens
  if ring.debt > 0 and limit > 0 then
    -- include: forecast
    return tokens_wait_ms(ring, limit, limit)
  end
  if ring.tokens == 0 then return 0 end
  return (ring.newest_tokens + RING_SECONDS) * 1000 - ring.now_ms
end

-- In one text: for each scope what it spent ever, and for each of its budgets 1 where it is in its next period, else 0, spent, held.
local function money_standings(scopes)
  local money = ''
  for n = 1, #scopes do
    local scope = scopes[n]
    local budgets = scope.budgets
    money = money .. scope.spent .. ' '
    for b = 1, #budgets do
      local budget = budgets[b]
      local turned = budget.is_next and '1 ' or '0 '
      money = money .. turned .. budget.spent .. ' ' .. budget.held .. ' '
    end
  end
  return money
end

-- For each scope, from the nth on: requests left, ms to reset, tokens left, ms to reset, slots left, where there is such a limit; and last
-- the money of all. One list: Redis takes its time over each that it replies, and nodes over each text.
local function standings(scopes, n)
  local scope = scopes[n]
  if not scope then return money_standings(scopes) end
  local ring = scope.ring
  return scope.requests and at_least_0(scope.requests - ring.requests) or 0,
    ring.requests == 0 and 0 or (ring.newest_requests + RING_SECONDS) * 1000 - ring.now_ms,
    scope.tokens and tokens_left(scope) or 0,
    scope.tokens and tokens_reset_ms(scope) or 0,
    scope.concurrency and at_least_0(scope.concurrency - ring.calls) or 0,
    standings(scopes, n + 1)
end
