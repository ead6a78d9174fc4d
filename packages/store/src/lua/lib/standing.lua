-- Adds how the scope stands now: its ring, spent and held money. Reads only.
local function load_scope(scope, now_ms)
  scope.ring = ring_open(scope.keys.window, now_ms, scope.tokens, math.floor(now_ms / 1000))
  load_money(scope)
end

local function tokens_left(scope)
  return scope.ring.debt > 0 and 0 or math.max(0, scope.tokens - scope.ring.tokens)
end

local function tokens_reset_ms(scope)
  local ring = scope.ring
  if ring.debt > 0 and scope.tokens > 0 then
    -- include: forecast
    return tokens_wait_ms(ring, scope.tokens, scope.tokens)
  end
  if ring.tokens == 0 then return 0 end
  return (ring.newest_tokens + RING_SECONDS) * 1000 - ring.now_ms
end

-- { requests left, ms to reset, tokens left, ms to reset, slots left, spent ever, { period, spent, held, ends }… }
local function standing(scope)
  local ring = scope.ring
  local row = {
    scope.requests and math.max(0, scope.requests - ring.requests) or '',
    ring.requests == 0 and 0 or (ring.newest_requests + RING_SECONDS) * 1000 - ring.now_ms,
    scope.tokens and tokens_left(scope) or '',
    scope.tokens and tokens_reset_ms(scope) or 0,
    scope.concurrency and math.max(0, scope.concurrency - ring.calls) or '',
    scope.spent,
  }
  for _, budget in ipairs(scope.budgets) do
    row[#row + 1] = { budget.period, budget.spent, budget.held, budget.ends }
  end
  return row
end

local function standings(scopes)
  local rows = {}
  for n, scope in ipairs(scopes) do rows[n] = standing(scope) end
  return rows
end
