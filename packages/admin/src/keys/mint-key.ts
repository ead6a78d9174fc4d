import { digestGatewayKey, mintGatewayKey, type KeyRecord, type Shard } from '@tollgate/core';
import { AdminError } from '../admin-error.ts';
import type { AdminContext } from '../context.ts';

/** A key's text, and the fields of its record that come with it. The text exists here and in the answer, nowhere else. */
export interface MintedKey {
  readonly text: string;
  readonly fields: Pick<KeyRecord, 'keyId' | 'shard' | 'pepperVersion' | 'digest'>;
}

/** Throws `no_pepper` where none is configured. */
export function mintKey({ mintingPepper }: AdminContext, shard: Shard): MintedKey {
  if (mintingPepper === undefined) {
    throw new AdminError(
      'no_pepper',
      'keys cannot be made without a pepper: set TOLLGATE_KEY_PEPPERS to what the gateway nodes have',
    );
  }
  const { keyId, text } = mintGatewayKey(shard);
  const digest = digestGatewayKey(text, mintingPepper);
  return { text, fields: { keyId, shard, pepperVersion: mintingPepper.version, digest } };
}
