-- A scope is a key's or tenant's limits and budgets, and how they stand. Its node words it in a line, fields with tabs between them:
-- kind, id, requests a minute, tokens a minute, concurrency; then for each budget its cap, `hard` or `soft`, the current period, its
-- end, the next one, its end. Empty is none. The node names the calendar, Redis' clock picks the stretch.
local function split(line)
  local fields = {}
  for field in string.gmatch(line .. '\t', '([^\t]*)\t') do fields[#fields + 1] = field end
  return fields
end

local function parse_budget(fields, at)
  local hard = fields[at + 1] == 'hard'
  local following = fields[at + 4] ~= '' and span_of(fields[at + 4], fields[at + 5], hard)
  return {
    -- False where the budget is soft.
    cap = hard and tonumber(fields[at]),
    current = span_of(fields[at + 2], fields[at + 3], hard), following = following,
    turns_at_ms = following and tonumber(fields[at + 3]) or math.huge,
    span = false, repeats = false, hold = 0, least_hold = false, known = false, spent = '0', held = '0',
  }
end

local function parse_scope(base, line)
  local fields = split(line)
  local name = fields[1] .. ':' .. fields[2]
  local scope = {
    kind = fields[1], window = base .. 'w:' .. name, money = base .. 'b:' .. name, requests = tonumber(fields[3]),
    tokens = tonumber(fields[4]), concurrency = tonumber(fields[5]), budgets = {}, book = false, spent = '0',
    ring = ring_blank(), second = 0, folds = 0, writes = {}, written = 0, adds_by_redis = false,
  }
  for at = 6, #fields, 6 do scope.budgets[#scope.budgets + 1] = parse_budget(fields, at) end
  return scope
end

local function parse_scopes(base, lines)
  local scopes = { lines = lines, firm = false, turns_at_ms = math.huge, has_turned = true, periods = '' }
  for line in string.gmatch(lines, '([^\n]+)\n') do
    local scope = parse_scope(base, line)
    scopes[#scopes + 1] = scope
    for _, budget in ipairs(scope.budgets) do
      scopes.firm = scopes.firm or budget.cap ~= false
      scopes.turns_at_ms = math.min(scopes.turns_at_ms, budget.turns_at_ms)
    end
  end
  return scopes
end

-- The same lines come with every call of a key. Where this is kept as a function, so is what was read of them, up to so many; each call
-- fills the state anew.
local SCOPES_KEPT = 4000
local kept, kept_count = {}, 0

local function scopes_of(base, lines)
  local of_shard = kept[base]
  local scopes = of_shard and of_shard[lines]
  if scopes then return scopes end
  if kept_count >= SCOPES_KEPT then kept, kept_count = {}, 0 end
  scopes = parse_scopes(base, lines)
  kept[base] = kept[base] or {}
  kept[base][lines], kept_count = scopes, kept_count + 1
  return scopes
end

local function open_books(scopes, at_ms)
  for _, scope in ipairs(scopes) do
    local spans = {}
    for b, budget in ipairs(scope.budgets) do
      spans[b] = at_ms >= budget.turns_at_ms and budget.following or budget.current
    end
    scope.book = book_of(scope.kind, spans)
    for b, budget in ipairs(scope.budgets) do budget.span, budget.repeats = spans[b], scope.book.repeats[b] end
  end
  scopes.periods = periods_of(scopes)
end

-- The scopes of a call. `at_ms` says in which periods their budgets are, `bound` what hard ones hold, `expected` what soft ones do. There is
-- one such table for each set of lines: who reads them again has the former in his hands no more.
local function read_scopes(base, lines, at_ms, bound, expected)
  local scopes = scopes_of(base, lines)
  local has_turned = at_ms >= scopes.turns_at_ms
  if has_turned or scopes.has_turned then open_books(scopes, at_ms) end
  scopes.has_turned = has_turned
  for n = 1, #scopes do
    local scope = scopes[n]
    local budgets = scope.budgets
    scope.second, scope.folds, scope.written, scope.adds_by_redis = 0, 0, 0, false
    for b = 1, #budgets do
      local budget = budgets[b]
      budget.hold, budget.least_hold = budget.cap and bound or expected, false
    end
  end
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
