-- Roll-ups are hashes `u:<tenant>:<span>:<block>`, with the name of a tag behind them for what carried it. A block is a
-- day of hours, or 32 days. Field: start, key, model, provider, measure and (only of a tag) its value, a line each;
-- start counts the span since the epoch.
local HOUR_MS = 3600000
local DAY_MS = 24 * HOUR_MS
local SPANS = {
  { name = 'hour', ms = HOUR_MS, block_ms = DAY_MS, kept_ms = 40 * DAY_MS },
  { name = 'day', ms = DAY_MS, block_ms = 32 * DAY_MS, kept_ms = 800 * DAY_MS },
}
-- Callers choose model names where a wildcard route allows it: beyond so many fields, new ones count as `other`.
local MOST_FIELDS = 100000
local TAG_VALUES_KEPT_MS = 40 * DAY_MS

local function one_line(words)
  return (string.gsub(words, '\n', ' '))
end

local function tag_values_key(base, tenant, tag)
  return base .. 'v:' .. tenant .. ':' .. tag
end

-- A value beyond the most that reports keep apart is `other`.
local function counted_value(values_key, value, most)
  if redis.call('SISMEMBER', values_key, value) == 1 then return value end
  return redis.call('SCARD', values_key) < most and value or 'other'
end

local function load_hash(base, event, place)
  local span = place.span
  local block = math.floor(event.started_at_ms / span.block_ms)
  local key = base .. 'u:' .. event.tenant .. ':' .. span.name .. ':' .. text(block)
  if place.tag then key = key .. ':' .. place.tag end
  local start = text(math.floor(event.started_at_ms / span.ms))
  local row = { start, event.scope_id, one_line(event.model) }
  local crowded = redis.call('HLEN', key) >= MOST_FIELDS
  if crowded and redis.call('HEXISTS', key, table.concat(row, '\n') .. '\n' .. place.provider .. '\nrequests' .. place.suffix) == 0 then
    row[3] = 'other'
  end
  return {
    key = key, prefix = table.concat(row, '\n'), suffix = place.suffix,
    expires_ms = (block + 1) * span.block_ms + span.kept_ms,
  }
end

-- Every hash that the event goes into, looked at beforehand: a wrong type fails here, before anything is written.
local function load_roll_ups(base, event, most_values)
  local hashes = {}
  local provider = answering_provider(event)
  for _, span in ipairs(SPANS) do
    hashes[#hashes + 1] = load_hash(base, event, { span = span, provider = provider, suffix = '' })
    for tag, value in pairs(event.tags) do
      local values_key = tag_values_key(base, event.tenant, tag)
      local counted = counted_value(values_key, one_line(value), most_values)
      local hash = load_hash(base, event, { span = span, tag = tag, provider = provider, suffix = '\n' .. counted })
      hash.values_key, hash.value = values_key, counted
      hashes[#hashes + 1] = hash
    end
  end
  return hashes
end

local function add_to_roll_up(hash, lines)
  for _, line in ipairs(lines) do
    local field = hash.prefix .. '\n' .. one_line(line[1]) .. '\n' .. line[2] .. hash.suffix
    redis.call('HINCRBY', hash.key, field, line[3])
  end
  redis.call('PEXPIREAT', hash.key, text(hash.expires_ms))
  if hash.values_key then
    redis.call('SADD', hash.values_key, hash.value)
    redis.call('PEXPIRE', hash.values_key, TAG_VALUES_KEPT_MS)
  end
end
