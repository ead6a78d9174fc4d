-- Limits and budgets of a scope, from the line in which its node words them, fields with tabs between them: kind, id, requests a
-- minute, tokens a minute, concurrency; then for each budget its cap, `hard` or `soft`, the current period, its end, the next
-- one, its end. Empty is none. The node names the calendar, Redis' clock picks the stretch.
-- The same line comes with every call of a scope, and always means the same: where this is kept as a function, so is what was read,
-- and with it the table for the scope's state, which each call fills anew.
local RULES_KEPT = 5000
local rules_of_shards, rules_kept = {}, 0

-- What a hard budget holds is the most that calls can cost, what a soft one holds is what they likely cost.
local function span_of(period, ends, hard)
  return {
    period = period, ends = ends, ends_ms = tonumber(ends) or math.huge, spent_field = 'spent|' .. period, ends_field = 'ends|' .. period,
    held_field = (hard and 'held|' or 'likely|') .. period,
  }
end

-- Of the spans in which a scope's budgets are: the fields that its money is read by, and the periods as an event names them.
-- A hard and a soft budget may count the same period, which then is one: spent once, opened once.
local function book_of(kind, spans)
  local book = { spans = spans, fields = { 'spent' }, repeats = {}, periods = {} }
  local seen = {}
  for b, span in ipairs(spans) do
    book.fields[2 * b], book.fields[2 * b + 1] = span.spent_field, span.held_field
    book.repeats[b] = seen[span.period] or false
    if not seen[span.period] then book.periods[#book.periods + 1] = kind .. ' ' .. span.period end
    seen[span.period] = true
  end
  book.periods = table.concat(book.periods, '\n')
  return book
end

local function split(line)
  local fields = {}
  for field in string.gmatch(line .. '\t', '([^\t]*)\t') do fields[#fields + 1] = field end
  return fields
end

local function blank_scope(rules)
  local budgets = {}
  for b, budget in ipairs(rules.budgets) do
    budgets[b] = {
      cap = budget.cap, hold = 0, least_hold = false, span = false, repeats = false, known = false, spent = '0', held = '0',
    }
  end
  return {
    rules = rules, money = rules.money, book = false, budgets = budgets, spent = '0', ring = ring_blank(), second = 0, folds = 0,
    writes = {}, written = 0, adds_by_redis = false,
  }
end

local function parse_rules(base, line)
  local fields = split(line)
  local kind, id = fields[1], fields[2]
  local rules = {
    line = line, kind = kind, id = id, window = base .. 'w:' .. kind .. ':' .. id, money = base .. 'b:' .. kind .. ':' .. id,
    requests = tonumber(fields[3]), tokens = tonumber(fields[4]), concurrency = tonumber(fields[5]), firm = false,
    budgets = {}, turns_at_ms = math.huge, book = false, scope = false,
  }
  local spans = {}
  for at = 6, #fields, 6 do
    local hard = fields[at + 1] == 'hard'
    local current = span_of(fields[at + 2], fields[at + 3], hard)
    local following = fields[at + 4] ~= '' and span_of(fields[at + 4], fields[at + 5], hard)
    local turns_at_ms = following and tonumber(fields[at + 3]) or math.huge
    local b = #rules.budgets + 1
    -- The cap is false where the budget is soft.
    rules.budgets[b] = {
      cap = hard and tonumber(fields[at]), current = current, following = following, turns_at_ms = turns_at_ms,
    }
    rules.firm = rules.firm or hard
    rules.turns_at_ms = math.min(rules.turns_at_ms, turns_at_ms)
    spans[b] = current
  end
  rules.book = book_of(kind, spans)
  rules.scope = blank_scope(rules)
  return rules
end

local function read_rules(base, line)
  local of_shard = rules_of_shards[base]
  local known = of_shard and of_shard[line]
  if known then return known end
  if rules_kept >= RULES_KEPT then rules_of_shards, rules_kept, of_shard = {}, 0, nil end
  if not of_shard then
    of_shard = {}
    rules_of_shards[base] = of_shard
  end
  local rules = parse_rules(base, line)
  of_shard[line], rules_kept = rules, rules_kept + 1
  return rules
end

local function book_at(rules, now_ms)
  if now_ms < rules.turns_at_ms then return rules.book end
  local spans = {}
  for b, budget in ipairs(rules.budgets) do
    spans[b] = now_ms >= budget.turns_at_ms and budget.following or budget.current
  end
  return book_of(rules.kind, spans)
end
