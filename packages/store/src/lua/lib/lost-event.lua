local function usage_of(tokens)
  return '{"input_uncached":0,"cache_read":0,"cache_write_5m":0,"cache_write_1h":0,"input_audio":0,"output":' .. tokens
    .. ',"reasoning":0,"output_audio":0,"images":0}'
end

local function lost_attempt(last)
  return '{"provider":"unknown","provider_model":"unknown","credential":"unknown","result":"lost","usage":'
    .. usage_of(last.tokens) .. ',"cost_nano_usd":"' .. last.amount .. '","cost_source":"estimated",'
    .. '"computed_nano_usd":null,"reported_nano_usd":null,"price_id":null}'
end

-- The event of a call whose node never said how it ended. `last` is what it is charged and had used when last heard of,
-- all of it counted as output; without `lost` it is a call that turned out never to have reached a provider.
local function lost_event(id, terms, last)
  return '{"schema":1,"type":"call","id":"' .. id .. '",' .. string.sub(terms.written, terms.draft_at)
    .. ',"outcome":"failed","error_code":"' .. (last.lost and 'node_lost' or 'never_sent') .. '","attempts":['
    .. (last.lost and lost_attempt(last) or '') .. '],"usage":' .. usage_of(last.tokens)
    .. ',"cost_nano_usd":"' .. last.amount .. '","estimated":' .. tostring(last.lost)
    .. ',"duration_ms":' .. text(math.max(0, last.now_ms - tonumber(terms.admitted_ms))) .. '}'
end
