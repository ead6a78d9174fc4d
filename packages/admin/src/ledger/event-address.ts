import { allShards, type Shard } from '@tollgate/core';
import { AdminError } from '../admin-error.ts';

/** Where an event lies, as text: `17/1763895600000-0`. */
export interface EventAddress {
  readonly shard: Shard;
  readonly entryId: string | undefined;
}

export const formatAddress = ({ shard, entryId = '' }: EventAddress): string => `${shard}/${entryId}`;

/** Throws `invalid_input`. */
export function parseAddress(name: string, text: string): EventAddress {
  const [, shard = '', entryId = ''] = /^(\d\d)\/(\d{1,20}(?:-\d{1,20})?)?$/.exec(text) ?? [];
  if (allShards.includes(shard)) return { shard, entryId: entryId === '' ? undefined : entryId };
  throw new AdminError('invalid_input', `\`${name}\` has to be as it was shown, such as \`17/1763895600000-0\``);
}

/** The first page of all shards. */
export const firstAddress = (): EventAddress => ({ shard: allShards[0] ?? '', entryId: undefined });

/** Where the page after one of this shard begins: at `next` or in the next shard. Null after the last. */
export function addressAfter(shard: Shard, next: string | undefined): string | null {
  if (next !== undefined) return formatAddress({ shard, entryId: next });
  const nextShard = allShards[allShards.indexOf(shard) + 1];
  return nextShard === undefined ? null : formatAddress({ shard: nextShard, entryId: undefined });
}
