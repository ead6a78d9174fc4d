-- A scope is a key's or tenant's limits and budgets. ARGV, each: kind, id, requests, tokens, concurrency, number of
-- budgets; then for each budget: cap, hard (1 or 0), hold, current id, its end, next id, its end. Empty is none.
local function scope_keys(base, kind, id)
  local name = kind .. ':' .. id
  return { window = base .. 'w:' .. name, leases = base .. 'c:' .. name, money = base .. 'b:' .. name }
end

-- The node names the calendar, Redis' clock picks the stretch.
local function pick_period(at, now_ms)
  local ends_ms = tonumber(ARGV[at + 1])
  if ends_ms and now_ms >= ends_ms and ARGV[at + 2] ~= '' then at = at + 2 end
  return ARGV[at], ARGV[at + 1]
end

-- A hard and a soft budget may count the same period, which then is one: spent once, opened once.
local function add_budget(scope, budget)
  for _, other in ipairs(scope.budgets) do budget.repeats = budget.repeats or other.period == budget.period end
  scope.budgets[#scope.budgets + 1] = budget
end

local function read_scopes(at, count, now_ms)
  local scopes = {}
  for n = 1, count do
    local scope = {
      kind = ARGV[at], id = ARGV[at + 1], keys = scope_keys(ARGV[1], ARGV[at], ARGV[at + 1]),
      requests = tonumber(ARGV[at + 2]), tokens = tonumber(ARGV[at + 3]), concurrency = tonumber(ARGV[at + 4]),
      budgets = {},
    }
    local budgets = tonumber(ARGV[at + 5])
    at = at + 6
    for _ = 1, budgets do
      local period, ends = pick_period(at + 3, now_ms)
      add_budget(scope, {
        cap = ARGV[at + 1] == '1' and tonumber(ARGV[at]) or nil, hold = ARGV[at + 2], period = period, ends = ends,
      })
      at = at + 7
    end
    scopes[n] = scope
  end
  return scopes
end

-- What hard budgets hold is the most that calls can cost, what soft ones hold is what they likely cost.
local function held_field(budget)
  return (budget.cap and 'held|' or 'likely|') .. budget.period
end

local function load_money(scope)
  local fields = { 'spent' }
  for _, budget in ipairs(scope.budgets) do
    fields[#fields + 1] = 'spent|' .. budget.period
    fields[#fields + 1] = held_field(budget)
  end
  local money = redis.call('HMGET', scope.keys.money, unpack(fields))
  scope.spent = money[1] or '0'
  for b, budget in ipairs(scope.budgets) do
    budget.known = money[2 * b] ~= false
    budget.spent = money[2 * b] or '0'
    budget.held = money[2 * b + 1] or '0'
  end
end
