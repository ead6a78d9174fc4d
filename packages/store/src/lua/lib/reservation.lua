-- Reads what ending a reservation is going to write, and so finds a wrong type or range before the first write: what is not read here
-- is the shard's numbers, which are written first.
local function load_reserved(terms, id, keys, now_ms)
  terms.leased = redis.call('ZSCORE', keys.index, id) ~= false
  redis.call('XLEN', keys.stream)
  for n = 1, #terms.scopes do
    local scope = terms.scopes[n]
    load_money(scope)
    if #scope.spent > 18 then error('spent is out of range: ' .. scope.money) end
    ring_open(scope.ring, scope.window, now_ms, scope.tokens, scope.second)
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
