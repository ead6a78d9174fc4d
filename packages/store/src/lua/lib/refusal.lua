-- Which limit binds. A final one over one that passes; of those, the one that takes longest; else the first.
local SHORT_WAIT_MS = 1000
local FINALITY = { rate = 1, held = 1, spent = 2, unbounded = 3, too_large = 4 }

local function binds_over(a, b)
  if FINALITY[a.reason] ~= FINALITY[b.reason] then return FINALITY[a.reason] > FINALITY[b.reason] end
  return (a.wait_ms or math.huge) > (b.wait_ms or math.huge)
end

local function consider(binding, refusal)
  if not refusal then return binding end
  if not binding or binds_over(refusal, binding) then return refusal end
  return binding
end

local function refusal_of(scope, limit_name, limit, facts)
  return {
    scope = scope.kind, limit_name = limit_name, limit = limit,
    reason = facts.reason, remaining = math.max(0, facts.remaining), wait_ms = facts.wait_ms,
  }
end

local function requests_refusal(scope)
  local limit, ring = scope.requests, scope.ring
  if not limit or ring.requests + 1 <= limit then return nil end
  if limit < 1 then return refusal_of(scope, 'requests_per_minute', limit, { reason = 'too_large', remaining = 0 }) end
  return refusal_of(scope, 'requests_per_minute', limit,
    { reason = 'rate', remaining = limit - ring.requests, wait_ms = requests_wait_ms(ring, limit) })
end

local function tokens_refusal(scope, tokens)
  local limit, ring = scope.tokens, scope.ring
  if not limit or (ring.debt == 0 and ring.tokens + tokens <= limit) then return nil end
  local remaining = tokens_left(scope)
  if limit < 1 or tokens > limit then
    return refusal_of(scope, 'tokens_per_minute', limit, { reason = 'too_large', remaining = remaining })
  end
  return refusal_of(scope, 'tokens_per_minute', limit,
    { reason = 'rate', remaining = remaining, wait_ms = tokens_wait_ms(ring, limit, tokens) })
end

local function concurrency_refusal(scope)
  local limit = scope.concurrency
  if not limit or scope.ring.calls + 1 <= limit then return nil end
  if limit < 1 then return refusal_of(scope, 'concurrency', limit, { reason = 'too_large', remaining = 0 }) end
  return refusal_of(scope, 'concurrency', limit,
    { reason = 'rate', remaining = limit - scope.ring.calls, wait_ms = SHORT_WAIT_MS })
end

-- Differences, never sums: a cap, and what is left of it, are exact in Lua's numbers; spent may be beyond any cap.
-- What is too large even at the least output cap that is of use can never fit.
local function budget_refusal(scope, budget, now_ms)
  if not budget.cap then return nil end
  local cap = budget.cap
  local unspent = cap - budget.spent
  local left = unspent - budget.held
  if budget.hold == '' then
    return refusal_of(scope, 'budget', cap, { reason = 'unbounded', remaining = left })
  end
  local hold = tonumber(budget.hold)
  if hold <= left then return nil end
  if (budget.least_hold or hold) > cap then
    return refusal_of(scope, 'budget', cap, { reason = 'too_large', remaining = left })
  end
  if hold > unspent then
    local ends_ms = tonumber(budget.span.ends)
    return refusal_of(scope, 'budget', cap,
      { reason = 'spent', remaining = unspent, wait_ms = ends_ms and ends_ms - now_ms })
  end
  return refusal_of(scope, 'budget', cap,
    { reason = 'held', remaining = left, wait_ms = SHORT_WAIT_MS })
end

local function binding_refusal(scopes, tokens, now_ms)
  local binding = nil
  for _, scope in ipairs(scopes) do
    binding = consider(binding, requests_refusal(scope))
    binding = consider(binding, tokens_refusal(scope, tokens))
    binding = consider(binding, concurrency_refusal(scope))
    for _, budget in ipairs(scope.budgets) do
      binding = consider(binding, budget_refusal(scope, budget, now_ms))
    end
  end
  return binding
end
