-- Whether a call has room in all scopes: lib/refusal.lua says of one that has not which limit binds.
local function fits(scopes, tokens)
  for n = 1, #scopes do
    local scope = scopes[n]
    local ring, rules = scope.ring, scope.rules
    if rules.requests and ring.requests + 1 > rules.requests then return false end
    if rules.tokens and (ring.debt > 0 or ring.tokens + tokens > rules.tokens) then return false end
    if rules.concurrency and ring.calls + 1 > rules.concurrency then return false end
    for b = 1, #scope.budgets do
      local budget = scope.budgets[b]
      if budget.cap then
        local hold = tonumber(budget.hold)
        if not hold or hold > budget.cap - budget.spent - budget.held then return false end
      end
    end
  end
  return true
end
