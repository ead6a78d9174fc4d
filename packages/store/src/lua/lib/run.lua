-- A server has another run id after each restart, and a promoted replica has one of its own: what the ledger was whole
-- under says whether a fail-over may have lost part of it.
local function runs_under(run)
  return string.find(redis.call('INFO', 'server'), 'run_id:' .. run, 1, true) ~= nil
end

local function server_run()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end

local function has_hard_budget(scopes)
  for _, scope in ipairs(scopes) do
    for _, budget in ipairs(scope.budgets) do
      if budget.cap then return true end
    end
  end
  return false
end
