-- Money of a scope, one hash: `spent` ever; for each budget's period `spent|<period>`, `ends|<period>`, and what calls
-- in flight hold: `held|<period>` of a hard budget, `likely|<period>` of a soft one.
-- What is added to it is gathered, and written by `save_money`.
-- A period that ended is kept as long as a correction may still come: 30 days, and some.
local PERIOD_KEPT_MS = 40 * 86400000

local function period_over(ends_ms, now_ms)
  return now_ms > ends_ms + PERIOD_KEPT_MS
end

local function drop_old_periods(money_key, now_ms)
  local fields = redis.call('HGETALL', money_key)
  for at = 1, #fields, 2 do
    local period = string.match(fields[at], '^ends|(.+)$')
    if period and period_over(tonumber(fields[at + 1]) or math.huge, now_ms) then
      redis.call('HDEL', money_key, 'spent|' .. period, 'held|' .. period, 'likely|' .. period, 'ends|' .. period)
    end
  end
end

-- A period begins with what is first booked or held in it; that is also when long-gone ones are looked for.
local function open_period(scope, span, now_ms)
  drop_old_periods(scope.money, now_ms)
  redis.call('HSETNX', scope.money, span.spent_field, '0')
  redis.call('HSETNX', scope.money, span.ends_field, span.ends)
end

local function save_money(scope)
  if scope.written > 0 then redis.call('HSET', scope.money, unpack(scope.writes, 1, scope.written)) end
  scope.written = 0
end

-- `before` is what the field had when it was read, `amount` what comes to it. Numbers of up to 15 digits, and so their sum, are exact
-- in Lua, and all of a scope is written at once; beyond, Redis adds with its 64 bits. Answers the new value where it knows it.
local function add_money(scope, field, before, amount)
  local writes, written = scope.writes, scope.written
  local at = 1
  while at <= written and writes[at] ~= field do at = at + 2 end
  if at <= written then before = writes[at + 1] end
  if scope.adds_by_redis or #before > 15 or type(amount) == 'string' then
    save_money(scope)
    scope.adds_by_redis = true
    redis.call('HINCRBY', scope.money, field, amount_text(amount))
    return nil
  end
  local after = string.format('%d', before + amount)
  writes[at], writes[at + 1] = field, after
  if at > written then scope.written = written + 2 end
  return after
end

local function hold_money(scope, now_ms)
  local budgets = scope.budgets
  for b = 1, #budgets do
    local budget = budgets[b]
    if not budget.known then open_period(scope, budget.span, now_ms) end
    budget.held = add_money(scope, budget.span.held_field, budget.held, budget.hold)
      or sum(budget.held, amount_text(budget.hold))
  end
end

local function release_money(scope)
  local budgets = scope.budgets
  for b = 1, #budgets do
    local budget = budgets[b]
    add_money(scope, budget.span.held_field, budget.held, negative(budget.hold))
  end
end

-- Books an amount, which may be negative, to the scope and to the periods that its call was admitted in.
local function book_money(scope, amount, now_ms)
  local budgets = scope.budgets
  add_money(scope, 'spent', scope.spent, amount)
  for b = 1, #budgets do
    local budget = budgets[b]
    local span = budget.span
    if not budget.repeats and not period_over(span.ends_ms, now_ms) then
      if not budget.known then open_period(scope, span, now_ms) end
      add_money(scope, span.spent_field, budget.spent, amount)
    end
  end
end
