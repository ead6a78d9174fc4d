-- Redis' own time in whole ms: nodes' clocks differ, and a promise about 60 s needs one that decides.
local function redis_now_ms()
  local time = redis.call('TIME')
  local micros = tonumber(time[2])
  return time[1] * 1000 + (micros - micros % 1000) / 1000
end
