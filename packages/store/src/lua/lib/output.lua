-- The bound of a call goes with its output cap: so much for the input, and so much for each token of the cap. Where the
-- money for the whole cap is spent, a lower one may still be paid for.
-- `output` is { input nano-USD, pico-USD a token of the cap, the cap, the least cap that is of use }.

local function read_output(written)
  local input, pico, cap, least = string.match(written, '^(%d+) (%d+) (%d+) (%d+)$')
  return { input = tonumber(input), pico = tonumber(pico), cap = tonumber(cap), least = tonumber(least) }
end

-- floor(nano * 1000 / pico) without a product beyond 2^53: pico is below 2^43.
local function tokens_for(nano, pico)
  if nano < 0 then return -1 end
  if pico == 0 then return math.huge end
  local rest = math.fmod(nano, pico)
  local fine = rest * 1000
  return (nano - rest) / pico * 1000 + (fine - math.fmod(fine, pico)) / pico
end

-- Nano-USD, rounded up.
local function cost_of(output, tokens)
  local pico = math.fmod(output.pico, 1000)
  return output.input + tokens * ((output.pico - pico) / 1000) + math.ceil(tokens * pico / 1000)
end

-- What all hard budgets together have left unspent: held money may come back, so it is no reason to lower a cap.
local function least_unspent(scopes)
  local least = math.huge
  for _, scope in ipairs(scopes) do
    for _, budget in ipairs(scope.budgets) do
      if budget.cap then least = math.min(least, budget.cap - budget.spent) end
    end
  end
  return least
end

-- The output cap that is left where money is spent, and the bound that goes with it; both empty where the cap may stay
-- as it is or would be of no use. Hard budgets then hold exactly that bound.
local function lower_output(scopes, output)
  local unspent = least_unspent(scopes)
  if unspent == math.huge then return '', '' end
  local least_hold = cost_of(output, output.least)
  local tokens = math.min(output.cap, tokens_for(unspent - output.input, output.pico))
  local lowered = tokens < output.cap and tokens >= output.least
  local bound = lowered and text(cost_of(output, tokens))
  for _, scope in ipairs(scopes) do
    for _, budget in ipairs(scope.budgets) do
      if budget.cap then
        budget.least_hold = least_hold
        if lowered then budget.hold = read_amount(bound) end
      end
    end
  end
  if lowered then return text(tokens), bound end
  return '', ''
end
