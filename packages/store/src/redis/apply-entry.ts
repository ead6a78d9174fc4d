import type { ApplyResult, Shard } from '@tollgate/core';
import { callScript } from '../scripts/script.ts';
import { applyScript, type HandedOut } from '../scripts/usage-scripts.ts';
import { shardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';

export interface RedisUsageOptions {
  readonly link: RedisLink;
  readonly keyPrefix: string;
  /** Distinct values of a tag that roll-ups keep apart. */
  readonly maxTagValues: number;
}

/** Where an entry lies: among the events, or among the dead letters. */
interface Entry extends Pick<HandedOut, 'entryId' | 'sequence'> {
  readonly source: 'stream' | 'dead';
}

/** Adds an event to roll-ups and checkpoints, once. */
export function applyEntry(
  { link, keyPrefix, maxTagValues }: RedisUsageOptions,
  shard: Shard,
  { entryId, sequence, source }: Entry,
): Promise<ApplyResult> {
  const { base, stream, dead, meta } = shardKeys(keyPrefix, shard);
  return link.run(
    applyScript,
    callScript(applyScript, {
      keys: { stream: source === 'dead' ? dead : stream, meta },
      args: { base, id: entryId, sequence, source, mostValues: maxTagValues },
    }),
  );
}
