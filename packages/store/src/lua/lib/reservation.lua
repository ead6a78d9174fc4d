-- Reads what ending a reservation is going to write, and so finds a wrong type or range before the first write.
local function load_reserved(terms, id, keys, now_ms)
  terms.leased = redis.call('ZSCORE', keys.index, id) ~= false
  redis.call('XLEN', keys.stream)
  redis.call('HGET', keys.meta, 'sequence')
  for _, scope in ipairs(terms.scopes) do
    load_money(scope)
    if #scope.spent > 18 then error('spent is out of range: ' .. scope.keys.money) end
    scope.ring = ring_open(scope.keys.window, now_ms, scope.tokens, scope.second)
  end
end

-- Takes back what is charged or held: `estimate` is what a reaped call was charged.
local function release_reserved(scope, estimate, now_ms)
  if estimate then
    book_money(scope, negative(estimate), now_ms)
  else
    release_money(scope)
  end
end
