-- Money of a scope, one hash: `spent` ever; for each budget's period `spent|<period>`, `ends|<period>`, and what calls
-- in flight hold: `held|<period>` of a hard budget, `likely|<period>` of a soft one.
-- A period that ended is kept as long as a correction may still come: 30 days, and some.
local PERIOD_KEPT_MS = 40 * 86400000

local function period_over(ends, now_ms)
  local ends_ms = tonumber(ends)
  return ends_ms and now_ms > ends_ms + PERIOD_KEPT_MS
end

local function drop_old_periods(money_key, now_ms)
  local fields = redis.call('HGETALL', money_key)
  for at = 1, #fields, 2 do
    local period = string.match(fields[at], '^ends|(.+)$')
    if period and period_over(fields[at + 1], now_ms) then
      redis.call('HDEL', money_key, 'spent|' .. period, 'held|' .. period, 'likely|' .. period, 'ends|' .. period)
    end
  end
end

-- A period begins with what is first booked or held in it; that is also when long-gone ones are looked for.
local function open_period(scope, budget, now_ms)
  drop_old_periods(scope.keys.money, now_ms)
  redis.call('HSETNX', scope.keys.money, budget.spent_field, '0')
  redis.call('HSETNX', scope.keys.money, 'ends|' .. budget.period, budget.ends)
end

local function hold_money(scope, now_ms)
  for _, budget in ipairs(scope.budgets) do
    if not budget.known then open_period(scope, budget, now_ms) end
    redis.call('HINCRBY', scope.keys.money, budget.held_field, budget.hold)
  end
end

local function release_money(scope)
  for _, budget in ipairs(scope.budgets) do
    redis.call('HINCRBY', scope.keys.money, budget.held_field, negative(budget.hold))
  end
end

-- Books an amount, which may be negative, to the scope and to the periods that its call was admitted in.
local function book_money(scope, amount, now_ms)
  redis.call('HINCRBY', scope.keys.money, 'spent', amount)
  for _, budget in ipairs(scope.budgets) do
    if not budget.repeats and not period_over(budget.ends, now_ms) then
      if not budget.known then open_period(scope, budget, now_ms) end
      redis.call('HINCRBY', scope.keys.money, budget.spent_field, amount)
    end
  end
end
