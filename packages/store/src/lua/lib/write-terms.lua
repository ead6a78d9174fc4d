local function blank(value)
  return value == '' and '-' or value
end

-- `call` is admitted_ms, tokens, lease_ms, estimate, output_cap and draft, all text, and firm; scopes are as they were
-- admitted.
local function write_terms(call, scopes)
  local lines = {
    '1 ' .. call.admitted_ms .. ' ' .. call.tokens .. ' ' .. call.lease_ms .. ' ' .. call.estimate
      .. (call.firm and ' firm ' or ' soft ') .. blank(call.output_cap),
  }
  for _, scope in ipairs(scopes) do
    lines[#lines + 1] = 'S ' .. scope.kind .. ' ' .. text(scope.second) .. ' ' .. text(scope.folds) .. ' '
      .. blank(scope.limit_text) .. ' ' .. scope.id
    for _, budget in ipairs(scope.budgets) do
      lines[#lines + 1] = 'B ' .. budget.hold .. ' ' .. (budget.cap or '-') .. ' ' .. blank(budget.ends) .. ' '
        .. budget.period
    end
  end
  lines[#lines + 1] = 'E ' .. call.draft
  return table.concat(lines, '\n')
end
