-- Scopes as ARGV tells them, each: kind, id, requests, tokens, concurrency, number of budgets; then for each budget: cap,
-- hard (1 or 0), hold, current id, its end, next id, its end. Empty is none.
-- The node names the calendar, Redis' clock picks the stretch.
local function pick_period(at, now_ms)
  local ends_ms = tonumber(ARGV[at + 1])
  if ends_ms and now_ms >= ends_ms and ARGV[at + 2] ~= '' then at = at + 2 end
  return ARGV[at], ARGV[at + 1]
end

local function read_scopes(at, count, now_ms)
  local scopes = {}
  for n = 1, count do
    local kind, id = ARGV[at], ARGV[at + 1]
    local scope = {
      kind = kind, id = id, keys = scope_keys(ARGV[1], kind, id), requests = tonumber(ARGV[at + 2]),
      tokens = tonumber(ARGV[at + 3]), concurrency = tonumber(ARGV[at + 4]), budgets = {}, spent = '0', ring = false,
      limit_text = ARGV[at + 3], second = 0, folds = 0,
    }
    local budgets = tonumber(ARGV[at + 5])
    at = at + 6
    for _ = 1, budgets do
      local period, ends = pick_period(at + 3, now_ms)
      add_budget(scope, ARGV[at + 1] == '1' and ARGV[at], ARGV[at + 2], period, ends)
      at = at + 7
    end
    scopes[n] = scope
  end
  return scopes
end
