-- Records of tenants and gateway keys: what scripts decide by has a field of its own, the rest is JSON.
local function write_record(row, fields)
  redis.call('HSET', row, 'schema', 1, 'version', fields.version, 'status', fields.status,
    'expires_at_ms', fields.expires_at_ms, 'tenant', fields.tenant, 'record', fields.record)
end

local function has_version(row, version)
  return tonumber(redis.call('HGET', row, 'version') or '0') == version and version > 0
end

-- Whether this very write was made before: a client that lost the answer asks again.
local function same_record(row, written)
  local found = redis.call('HMGET', row, 'version', 'record')
  return found[1] == written.version and found[2] == written.record and 1 or 0
end
