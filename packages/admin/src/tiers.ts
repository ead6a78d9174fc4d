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

/** The tier of a tenant that was given none. */
export async function defaultTier(context: AdminContext): Promise<string> {
  const { defaultTier: name } = await context.tiers();
  if (name === undefined) throw new AdminError('unknown_tier', 'config.yaml has no tier: add one under `tiers`');
  return name;
}
