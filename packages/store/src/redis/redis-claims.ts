import { createHash } from 'node:crypto';
import { claimLivesMs, outcomeLivesMs, type CallClaims, type NamedCall } from '@tollgate/core';
import { claimCallScript, endClaimScript } from '../scripts/claim-scripts.ts';
import { callScript } from '../scripts/script.ts';
import { shardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';

/** Named calls, each under a digest of its key's scope and its name. */
export function openRedisClaims({
  link,
  keyPrefix,
}: {
  readonly link: RedisLink;
  readonly keyPrefix: string;
}): CallClaims {
  const keysOf = (call: NamedCall) => ({ claim: shardKeys(keyPrefix, call.shard).claim(digestOf(call)) });
  const end = async (call: NamedCall, request: string, ended: string): Promise<void> => {
    const args = { request, ended, lives: outcomeLivesMs };
    await link.run(endClaimScript, callScript(endClaimScript, { keys: keysOf(call), args }));
  };
  return {
    claim: async (call, { requestId, print }) => {
      const args = { request: requestId, print, lives: claimLivesMs };
      const held = await link.run(claimCallScript, callScript(claimCallScript, { keys: keysOf(call), args }));
      if (held.requestId === requestId) return { kind: 'claimed' };
      return { kind: 'taken', isSame: held.print === print, requestId: held.requestId, ended: held.ended };
    },
    finish: (call, requestId, ended) => end(call, requestId, JSON.stringify(ended)),
    release: (call, requestId) => end(call, requestId, ''),
  };
}

const digestOf = ({ scopeId, name }: NamedCall): string =>
  createHash('sha256')
    .update(JSON.stringify([scopeId, name]))
    .digest('base64url')
    .slice(0, 32);
