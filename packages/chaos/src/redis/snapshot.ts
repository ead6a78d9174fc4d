import type { RedisConnection } from '@tollgate/testkit';
import { z } from 'zod';

/** All keys of some patterns at one instant; streams by their length and what groups' workers hold. Over calls that ended no word is lost. */
const lua = `
local function flat(reply) return type(reply) == 'table' and reply or {} end
-- Windows are packed numbers (docs/redis-keys.md).
local function unpacked(window)
  for at = 1, #window, 2 do
    local packed = window[at + 1]
    if window[at] == 'state' then
      local numbers = { struct.unpack('<ddddI4I4I4I4I4', packed) }
      numbers[#numbers] = nil
      for n, number in ipairs(numbers) do numbers[n] = string.format('%d', number) end
      window[at + 1] = table.concat(numbers, ' ')
    else
      window[at + 1] = string.format('%d %d', struct.unpack('<dd', packed))
    end
  end
  return window
end
local found = {}
for _, pattern in ipairs(ARGV) do
  for _, key in ipairs(redis.call('KEYS', pattern)) do
    local kind = redis.call('TYPE', key).ok
    local value = {}
    if kind == 'hash' then
      value = redis.call('HGETALL', key)
      if string.find(key, '}:w:', 1, true) then value = unpacked(value) end
    elseif kind == 'zset' then value = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    elseif kind == 'set' then
      value = redis.call('SMEMBERS', key)
      table.sort(value)
    elseif kind == 'stream' then
      value = { 'length', tostring(redis.call('XLEN', key)) }
      for _, row in ipairs(redis.call('XINFO', 'GROUPS', key)) do
        for at = 1, #row, 2 do
          if row[at] == 'pending' then
            value[#value + 1] = row[at]
            value[#value + 1] = tostring(row[at + 1])
          end
        end
      end
    end
    if not (kind == 'hash' and redis.call('HGET', key, 'state') == 'over') then
      found[#found + 1] = { key, kind, flat(value) }
    end
  end
end
local time = redis.call('TIME')
return { time[1] * 1000 + math.floor(time[2] / 1000), string.match(redis.call('INFO', 'server'), 'run_id:(%x+)'), found }
`;

const replySchema = z.tuple([z.number(), z.string(), z.array(z.tuple([z.string(), z.string(), z.array(z.string())]))]);

/** Redis' keys at one instant. */
export interface Snapshot {
  /** By Redis' clock. */
  readonly nowMs: number;
  readonly run: string;
  /** By key: fields and values, or members and scores, in turn. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** What reservations, leases and money need. */
export const ledgerPatterns = ['tg:{s*}:r:*', 'tg:{s*}:b:*', 'tg:{s*}:w:*', 'tg:{s*}:x', 'tg:{s*}:m'];

export async function takeSnapshot(redis: RedisConnection, patterns: readonly string[]): Promise<Snapshot> {
  const [nowMs, run, found] = replySchema.parse(await redis.ask('EVAL', lua, 0, ...patterns));
  return { nowMs, run, keys: new Map(found.map(([key, , value]) => [key, value])) };
}

/** Pairs of what HGETALL, or ZRANGE with scores, replies. */
export function pairsOf(flat: readonly string[]): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (let at = 0; at < flat.length; at += 2) pairs.set(flat[at] ?? '', flat[at + 1] ?? '');
  return pairs;
}
