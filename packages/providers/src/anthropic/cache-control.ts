import type { JsonObject } from '@tollgate/core';
import { invalidField, readOptionalObject } from '../base/read-fields.ts';
import type { CacheControl } from './wire.ts';

/** The most explicit cache breakpoints that Anthropic takes in a request. */
export const maxCacheBreakpoints = 4;

/** The member `cache_control` of a part, message, tool or body, to be spread into what it becomes. */
export function readCacheControl(of: JsonObject, param: string): { readonly cache_control?: CacheControl } {
  const value = readOptionalObject(of['cache_control'], `${param}cache_control`);
  if (value === undefined) return {};
  const { type, ttl } = value;
  if (type !== 'ephemeral') throw invalidField(`${param}cache_control.type`, 'has to be "ephemeral".');
  if (ttl === undefined || ttl === null) return { cache_control: { type } };
  if (ttl !== '5m' && ttl !== '1h') throw invalidField(`${param}cache_control.ttl`, 'has to be "5m" or "1h".');
  return { cache_control: { type, ttl } };
}

/** A breakpoint that stands at a message is one after its last block. */
export function markLast<Marked extends object>(
  blocks: readonly Marked[],
  mark: { readonly cache_control?: CacheControl },
): readonly Marked[] {
  const last = blocks.at(-1);
  return last === undefined || mark.cache_control === undefined
    ? blocks
    : [...blocks.slice(0, -1), { ...last, ...mark }];
}
