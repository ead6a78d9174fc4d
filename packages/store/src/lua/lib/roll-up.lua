-- What an event adds to the roll-ups: { provider, measure, amount } each, amounts as text.
-- A request counts with the provider that answered last. A call whose node was lost counts no tokens: nobody knows them.
-- What it corrects is taken back from where a lost call was counted, under the provider `unknown`.
local TOKENS = {
  input = { 'input_uncached', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'input_audio' },
  cache_read = { 'cache_read' },
  cache_write = { 'cache_write_5m', 'cache_write_1h' },
  output = { 'output', 'output_audio' },
  reasoning = { 'reasoning' },
}
local SCHEMA = '1'
local TYPES = { call = true, repricing = true }

local function signed_amount(amount)
  local digits = string.match(type(amount) == 'string' and amount or '', '^-?(%d+)$')
  if not digits or #digits > 16 then error('not an amount of nano-USD: ' .. tostring(amount)) end
  return tostring(tonumber(digits)) == '0' and '0' or amount
end

local function opposite(amount)
  if amount == '0' then return amount end
  return string.sub(amount, 1, 1) == '-' and string.sub(amount, 2) or '-' .. amount
end

local function tokens_of(usage, measure)
  local sum = 0
  for _, quantity in ipairs(TOKENS[measure]) do
    local tokens = usage[quantity]
    if type(tokens) ~= 'number' or tokens < 0 or tokens > 1e12 or tokens % 1 ~= 0 then
      error('not a number of tokens: ' .. quantity)
    end
    sum = sum + tokens
  end
  return sum
end

local function answering_provider(event)
  local attempt = event.attempts[#event.attempts]
  return attempt and attempt.provider or 'none'
end

-- Of a call that was charged by other prices only what it costs changes, with each provider that was paid.
local function repriced_costs(event)
  local lines = {}
  for _, attempt in ipairs(event.attempts) do
    local cost = signed_amount(attempt.cost_nano_usd)
    local replaces = signed_amount(attempt.replaces_nano_usd)
    if cost ~= replaces then
      lines[#lines + 1] = { attempt.provider, 'cost', cost }
      lines[#lines + 1] = { attempt.provider, 'cost', opposite(replaces) }
    end
  end
  return lines
end

local function contributions(event, corrects)
  if event.type == 'repricing' then return repriced_costs(event) end
  local lines = {}
  local add = function(provider, measure, amount)
    if amount ~= '0' then lines[#lines + 1] = { provider, measure, amount } end
  end
  local answered = answering_provider(event)
  add(answered, 'requests', event.error_code == 'never_sent' and '0' or '1')
  add(answered, 'estimated', event.estimated and '1' or '0')
  add(answered, 'cost', signed_amount(event.cost_nano_usd))
  local counts_tokens = event.error_code ~= 'node_lost'
  for measure in pairs(counts_tokens and TOKENS or {}) do add(answered, measure, text(tokens_of(event.usage, measure))) end
  for _, attempt in ipairs(event.attempts) do
    if attempt.provider ~= answered then
      local cost = signed_amount(attempt.cost_nano_usd)
      add(attempt.provider, 'cost', cost)
      add(answered, 'cost', opposite(cost))
      for measure in pairs(counts_tokens and TOKENS or {}) do
        local tokens = text(tokens_of(attempt.usage, measure))
        add(attempt.provider, measure, tokens)
        add(answered, measure, opposite(tokens))
      end
    end
  end
  if corrects ~= '' then
    add('unknown', 'requests', '-1')
    add('unknown', 'estimated', '-1')
    add('unknown', 'cost', opposite(signed_amount(corrects)))
  end
  return lines
end

-- The event of an entry, checked as far as it is read here.
local function parse_event(entry)
  if entry.schema ~= SCHEMA then error('written by another release: schema ' .. tostring(entry.schema)) end
  local event = cjson.decode(entry.event or '')
  if event.schema ~= tonumber(SCHEMA) or not TYPES[event.type] then error('not a usage event of this release') end
  for _, member in ipairs({ 'tenant', 'key_id', 'scope_id', 'model' }) do
    if type(event[member]) ~= 'string' then error('the event has no ' .. member) end
  end
  for _, member in ipairs({ 'attempts', 'usage', 'tags' }) do
    if type(event[member]) ~= 'table' then error('the event has no ' .. member) end
  end
  for _, attempt in ipairs(event.attempts) do
    if type(attempt.provider) ~= 'string' or type(attempt.usage) ~= 'table' then error('not an attempt') end
  end
  if type(event.started_at_ms) ~= 'number' then error('the event has no started_at_ms') end
  return event
end
