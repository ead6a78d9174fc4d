-- Redis' own time in whole ms: nodes' clocks differ, and a promise about 60 s needs one that decides.
local function redis_now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
