import type { Tier } from '@tollgate/core';
import { AdminError } from './admin-error.ts';
import type { AdminContext } from './context.ts';

/** Throws `unknown_tier`, naming those that there are. */
export async function requireTier(context: AdminContext, name: string): Promise<string> {
  const names = (await context.tiers()).map((tier) => tier.name);
  if (names.includes(name)) return name;
  const known = names.length === 0 ? 'it has none' : `it has ${names.map((each) => `\`${each}\``).join(', ')}`;
  throw new AdminError('unknown_tier', `config.yaml has no tier \`${name}\`: ${known}`);
}

/**
 * The tier of a tenant that was given none: the widest one, because a tenant's limits are the outer
 * bound of its keys', and a narrow one would silently take away what the keys' tiers promise.
 */
export async function widestTier(context: AdminContext): Promise<string> {
  const [widest] = (await context.tiers()).toSorted(
    (a, b) =>
      compareLimits(b.limits.requestsPerMinute, a.limits.requestsPerMinute) ||
      compareLimits(b.limits.tokensPerMinute, a.limits.tokensPerMinute) ||
      compareLimits(b.limits.concurrency, a.limits.concurrency),
  );
  if (widest === undefined) throw new AdminError('unknown_tier', 'config.yaml has no tier: add one under `tiers`');
  return widest.name;
}

type Limit = Tier['limits']['concurrency'];

const compareLimits = (a: Limit, b: Limit): number =>
  a === b ? 0 : Math.sign((a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY));
