-- Why a key may not be used now, or false. Each of key and tenant: { schema, version, status, expires_at_ms }.
local function access_refusal(key, tenant, now_ms)
  if not key[2] or not tenant[2] then return 'unknown' end
  if key[3] ~= 'active' then return 'revoked' end
  local expires_at_ms = tonumber(key[4])
  if expires_at_ms and now_ms >= expires_at_ms then return 'expired' end
  if tenant[3] ~= 'active' then return 'suspended' end
  return false
end

local function read_access(record_key)
  return redis.call('HMGET', record_key, 'schema', 'version', 'status', 'expires_at_ms')
end

local function read_record(record_key)
  return redis.call('HMGET', record_key, 'schema', 'version', 'status', 'expires_at_ms', 'tenant', 'record')
end
