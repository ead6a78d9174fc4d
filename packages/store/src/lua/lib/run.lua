-- A server has another run id after each restart, and a promoted replica has one of its own: what the ledger was whole
-- under says whether a fail-over may have lost part of it. A process keeps its run id, so it is asked for once.
local run_of_process = false

local function server_run()
  run_of_process = run_of_process or string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
  return run_of_process
end

local function runs_under(run)
  return run == server_run()
end
