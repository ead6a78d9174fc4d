-- A scope is a key's or tenant's limits and budgets.
local function scope_keys(base, kind, id)
  local name = kind .. ':' .. id
  return { window = base .. 'w:' .. name, money = base .. 'b:' .. name }
end

-- `cap` is text, and false where a budget is soft. A hard and a soft budget may count the same period, which then is one: spent once, opened once.
-- What hard budgets hold is the most that calls can cost, what soft ones hold is what they likely cost.
local function add_budget(scope, cap, hold, period, ends)
  local repeats = false
  for _, other in ipairs(scope.budgets) do repeats = repeats or other.period == period end
  scope.budgets[#scope.budgets + 1] = {
    cap = cap, hold = hold, period = period, ends = ends, repeats = repeats, spent_field = 'spent|' .. period,
    held_field = (cap and 'held|' or 'likely|') .. period, known = false, spent = '0', held = '0',
  }
end

local function load_money(scope)
  local fields = { 'spent' }
  for _, budget in ipairs(scope.budgets) do
    fields[#fields + 1] = budget.spent_field
    fields[#fields + 1] = budget.held_field
  end
  local money = redis.call('HMGET', scope.keys.money, unpack(fields))
  scope.spent = money[1] or '0'
  for b, budget in ipairs(scope.budgets) do
    budget.known = money[2 * b] ~= false
    budget.spent = money[2 * b] or '0'
    budget.held = money[2 * b + 1] or '0'
  end
end
