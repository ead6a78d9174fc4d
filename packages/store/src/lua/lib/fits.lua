-- Whether a call has room in all scopes: lib/refusal.lua says of one that has not which limit binds.
local function fits(scopes, tokens)
  for n = 1, #scopes do
    local scope = scopes[n]
    local ring = scope.ring
    if scope.requests and ring.requests + 1 > scope.requests then return false end
    if scope.tokens and (ring.debt > 0 or ring.tokens + tokens > scope.tokens) then return false end
    if scope.concurrency and ring.calls + 1 > scope.concurrency then return false end
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
