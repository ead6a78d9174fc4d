-- What the applied events of a scope add up to, with the fields of its money: `spent`, and `spent|<period>`. Together
-- with the events that are not applied yet it has to be what the scope spent, however much of the stream was trimmed.
local function checkpoint_key(base, kind, id)
  return base .. 'f:' .. kind .. ':' .. id
end

local function load_checkpoints(base, event, periods)
  local checkpoints = {}
  for n, scope in ipairs({ { kind = 'key', id = event.scope_id }, { kind = 'tenant', id = event.tenant } }) do
    local checkpoint = {
      key = checkpoint_key(base, scope.kind, scope.id),
      money = base .. 'b:' .. scope.kind .. ':' .. scope.id,
      fields = { 'spent' },
    }
    for kind, period in string.gmatch(periods, '(%a+) ([^\n]+)') do
      if kind == scope.kind then checkpoint.fields[#checkpoint.fields + 1] = 'spent|' .. period end
    end
    if #(redis.call('HGET', checkpoint.key, 'spent') or '0') > 18 then
      error('the checkpoint is out of range: ' .. checkpoint.key)
    end
    redis.call('HEXISTS', checkpoint.money, 'spent')
    checkpoints[n] = checkpoint
  end
  return checkpoints
end

-- Periods whose money is gone need no checkpoint any more.
local function drop_ended_periods(checkpoint)
  for _, field in ipairs(redis.call('HKEYS', checkpoint.key)) do
    if field ~= 'spent' and redis.call('HEXISTS', checkpoint.money, field) == 0 then
      redis.call('HDEL', checkpoint.key, field)
    end
  end
end

local function add_to_checkpoint(checkpoint, amounts)
  for _, field in ipairs(checkpoint.fields) do
    if redis.call('HSETNX', checkpoint.key, field, '0') == 1 then drop_ended_periods(checkpoint) end
    for _, amount in ipairs(amounts) do redis.call('HINCRBY', checkpoint.key, field, amount) end
  end
end
