import type { Tier } from '@tollgate/core';
import { AdminError } from './admin-error.ts';
import type { AdminContext } from './context.ts';

/** Throws `unknown_tier`, naming those that there are. */
export async function requireTier(context: AdminContext, name: string): Promise<string> {
  const { tiers } = await context.tiers();
  if (tiers.has(name)) return name;
  const names = [...tiers.keys()];
  const known = names.length === 0 ? 'it has none' : `it has ${names.map((each) => `\`${each}\``).join(', ')}`;
  throw new AdminError('unknown_tier', `config.yaml has no tier \`${name}\`: ${known}`);
}

/**
 * The tier of a tenant that was given none: the default, else the widest one, because a tenant's limits
 * are the outer bound of its keys', and a narrow one would silently take away what their tiers promise.
 */
export async function tierForTenant(context: AdminContext): Promise<string> {
  const { tiers, defaultTier } = await context.tiers();
  if (defaultTier !== undefined) return defaultTier;
  const [widest] = [...tiers.values()].toSorted(
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
