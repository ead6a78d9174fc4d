-- Whole numbers as text: Lua itself would write 1e+14.
local function text(number)
  return string.format('%d', number)
end

-- Money arrives as digits. What Lua's numbers hold exactly, whatever comes to it, becomes one; the rest stays text, and goes into
-- HINCRBY as it came: 16 digits are within its 64 bits many times over.
local function read_amount(digits)
  return #digits < 16 and tonumber(digits) or digits
end

local function amount_text(amount)
  return type(amount) == 'number' and text(amount) or amount
end

local function assert_amount(amount)
  if not (amount == '0' or string.find(amount, '^[1-9]%d*$')) or #amount > 16 then
    error('not an amount of nano-USD: ' .. amount)
  end
end

-- The sum of two amounts, which may be more than Lua's numbers hold exactly.
local function sum(a, b)
  if #a < 16 and #b < 16 then return text(a + b) end
  local low = tonumber(string.sub(a, -9)) + tonumber(string.sub(b, -9))
  local high = (tonumber(string.sub(a, 1, -10)) or 0) + (tonumber(string.sub(b, 1, -10)) or 0)
  high = high + math.floor(low / 1e9)
  return high == 0 and text(low) or string.format('%d%09d', high, math.fmod(low, 1e9))
end

local function negative(amount)
  if type(amount) == 'number' then return -amount end
  return '-' .. amount
end

-- A record of a later release may mean something else: better to refuse than to misread it.
local function newer_schema(schema, newest)
  return schema and schema ~= '1' and schema ~= newest and (tonumber(schema) or 1) > tonumber(newest or 1)
end

local function schema_error(what)
  return redis.error_reply('TGSCHEMA ' .. what)
end
