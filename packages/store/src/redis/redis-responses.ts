import { createHash } from 'node:crypto';
import { keepsResponsesForMs, type KeptResponse, type KeptResponses } from '@tollgate/core';
import { findResponseScript, keepResponseScript } from '../scripts/response-scripts.ts';
import { callScript } from '../scripts/script.ts';
import { shardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';

/** Responses that providers keep, each under a name that only its tenant's calls come to. */
export function openRedisResponses({
  link,
  keyPrefix,
}: {
  readonly link: RedisLink;
  readonly keyPrefix: string;
}): KeptResponses {
  const keyOf = (response: KeptResponse): string => shardKeys(keyPrefix, response.shard).response(digestOf(response));
  return {
    note: async (response, place) => {
      const keys = { response: keyOf(response) };
      const args = { place: JSON.stringify(place), lives: keepsResponsesForMs };
      await link.run(keepResponseScript, callScript(keepResponseScript, { keys, args }));
    },
    find: (response) =>
      link.run(findResponseScript, callScript(findResponseScript, { keys: { response: keyOf(response) }, args: {} })),
  };
}

/** Of a length that is known, whatever a provider or a caller gives as an id. */
const digestOf = ({ tenant, responseId }: KeptResponse): string =>
  createHash('sha256')
    .update(JSON.stringify([tenant, responseId]))
    .digest('base64url')
    .slice(0, 32);
