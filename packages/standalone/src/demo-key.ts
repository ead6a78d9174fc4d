import { readFile, writeFile } from 'node:fs/promises';
import { adminOperations, AdminError, type AdminContext } from '@tollgate/admin';
import { pricesOf, type Config } from '@tollgate/config';
import { digestGatewayKey, digestsEqual, modelAllowed, parseGatewayKey, type Clock, type Pepper } from '@tollgate/core';
import type { Store } from '@tollgate/store';

const tenant = 'demo';
const namePrefix = 'npm-start-';

export interface DemoKeyOptions {
  readonly store: Pick<Store, 'keys' | 'report' | 'books'>;
  readonly clock: Clock;
  readonly config: Pick<Config, 'tiers' | 'defaultTier' | 'pricing' | 'providers'>;
  readonly peppers: readonly Pepper[];
  /** Where the key is kept between starts (mode 0600). */
  readonly path: string;
}

/**
 * The key that `npm start` prints: the one of the last start where the store still knows it, so that what
 * was pasted yesterday works today; else a new one, and those before it are revoked.
 */
export async function provideDemoKey(options: DemoKeyOptions): Promise<string> {
  const kept = await readFile(options.path, 'utf8').catch(() => undefined);
  if (kept !== undefined && (await isValid(kept, options))) return kept;
  const { store, clock, config, peppers } = options;
  const context: AdminContext = {
    store: store.keys,
    report: store.report,
    books: store.books,
    clock,
    mintingPepper: peppers[0],
    tiers: () => Promise.resolve(config),
    prices: () => Promise.resolve(pricesOf(config)),
  };
  await createTenant(context, demoTier(config));
  await revokeEarlierKeys(context);
  const name = namePrefix + clock.nowMs().toString(36);
  const { key } = await adminOperations.createKey.execute(context, { tenant, name });
  await writeFile(options.path, key, { mode: 0o600 });
  return key;
}

/** The tier that shows most: one that allows every model, else the default. */
export const demoTier = ({ tiers, defaultTier }: Pick<Config, 'tiers' | 'defaultTier'>): string | undefined =>
  [...tiers.values()].find(({ models }) => models.includes('*'))?.name ?? defaultTier;

/** A model to try that the demo key may ask for and that some target serves. */
export function exampleModel(config: Pick<Config, 'tiers' | 'defaultTier' | 'routes'>): string | undefined {
  const allowed = config.tiers.get(demoTier(config) ?? '')?.models ?? [];
  const served = [...config.routes.exact].find(
    ([model, { targets }]) => targets.length > 0 && modelAllowed(allowed, model),
  );
  return served?.[0];
}

async function isValid(text: string, { store, peppers }: DemoKeyOptions): Promise<boolean> {
  const parts = parseGatewayKey(text);
  const record = parts === undefined ? undefined : await store.keys.key(parts);
  const pepper = peppers.find(({ version }) => version === record?.pepperVersion);
  if (record === undefined || pepper === undefined) return false;
  return record.status === 'active' && digestsEqual(record.digest, digestGatewayKey(text, pepper));
}

async function createTenant(context: AdminContext, tier: string | undefined): Promise<void> {
  try {
    await adminOperations.createTenant.execute(context, { name: tenant, ...(tier === undefined ? {} : { tier }) });
  } catch (error) {
    if (!(error instanceof AdminError && error.code === 'tenant_exists')) throw error;
  }
}

async function revokeEarlierKeys(context: AdminContext): Promise<void> {
  const { keys } = await adminOperations.listKeys.execute(context, { tenant });
  const earlier = keys.filter((key) => key.name.startsWith(namePrefix) && key.status === 'active');
  for (const { id } of earlier) await adminOperations.revokeKey.execute(context, { id });
}
