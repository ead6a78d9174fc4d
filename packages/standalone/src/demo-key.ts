import { readFile, writeFile } from 'node:fs/promises';
import { adminOperations, AdminError, type AdminContext } from '@tollgate/admin';
import { digestGatewayKey, digestsEqual, parseGatewayKey, type Pepper, type Tier } from '@tollgate/core';

const tenant = 'demo';
const namePrefix = 'npm-start-';

export interface DemoKeyOptions {
  readonly context: AdminContext;
  readonly peppers: readonly Pepper[];
  /** Undefined: as the admin operations choose. */
  readonly tier: string | undefined;
  /** Where the key is kept between starts (mode 0600). */
  readonly path: string;
}

/**
 * The key that `npm start` prints: the one of the last start where the store still knows it, so that what
 * was pasted yesterday works today; else a new one, and the ones before it are revoked.
 */
export async function provideDemoKey(options: DemoKeyOptions): Promise<string> {
  const kept = await readFile(options.path, 'utf8').catch(() => undefined);
  if (kept !== undefined && (await isValid(kept, options))) return kept;
  await createTenant(options);
  await revokeEarlierKeys(options.context);
  const name = namePrefix + options.context.clock.nowMs().toString(36);
  const { key } = await adminOperations.createKey.execute(options.context, { tenant, name });
  await writeFile(options.path, key, { mode: 0o600 });
  return key;
}

async function isValid(text: string, { context, peppers }: DemoKeyOptions): Promise<boolean> {
  const parts = parseGatewayKey(text);
  const record = parts === undefined ? undefined : await context.store.key(parts);
  const pepper = peppers.find(({ version }) => version === record?.pepperVersion);
  return (
    record !== undefined &&
    pepper !== undefined &&
    record.status === 'active' &&
    record.expiresAtMs === undefined &&
    digestsEqual(record.digest, digestGatewayKey(text, pepper))
  );
}

async function createTenant({ context, tier }: DemoKeyOptions): Promise<void> {
  try {
    await adminOperations.createTenant.execute(context, tier === undefined ? { name: tenant } : { name: tenant, tier });
  } catch (error) {
    if (!(error instanceof AdminError && error.code === 'tenant_exists')) throw error;
  }
}

async function revokeEarlierKeys(context: AdminContext): Promise<void> {
  const { keys } = await adminOperations.listKeys.execute(context, { tenant });
  const earlier = keys.filter((key) => key.name.startsWith(namePrefix) && key.status === 'active');
  for (const { id } of earlier) await adminOperations.revokeKey.execute(context, { id });
}

/** The tier that shows most: one that allows every model, else the default. */
export const demoTier = (tiers: Iterable<Tier>): string | undefined =>
  [...tiers].find(({ models }) => models.includes('*'))?.name;
