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
