-- In which periods the budgets of a scope are, and how its money is named for them.
-- What a hard budget holds is the most that calls can cost, what a soft one holds is what they likely cost.
local function span_of(period, ends, hard)
  return {
    period = period, ends = ends, ends_ms = tonumber(ends) or math.huge, spent_field = 'spent|' .. period,
    ends_field = 'ends|' .. period, held_field = (hard and 'held|' or 'likely|') .. period,
  }
end

-- A hard and a soft budget may count the same period, which then is one: spent once, opened once.
-- `fields` are those that the scope's money is read by, `periods` what an event says of them, a line each.
local function book_of(kind, spans)
  local book = { spans = spans, fields = { 'spent' }, repeats = {}, periods = '' }
  for b, span in ipairs(spans) do
    book.fields[2 * b], book.fields[2 * b + 1] = span.spent_field, span.held_field
    book.repeats[b] = false
    for earlier = 1, b - 1 do
      if spans[earlier].period == span.period then book.repeats[b] = true end
    end
    if not book.repeats[b] then
      book.periods = book.periods .. (book.periods == '' and '' or '\n') .. kind .. ' ' .. span.period
    end
  end
  return book
end

local function periods_of(scopes)
  local periods = ''
  for _, scope in ipairs(scopes) do
    local of_scope = scope.book.periods
    periods = periods .. (periods ~= '' and of_scope ~= '' and '\n' or '') .. of_scope
  end
  return periods
end
