/**
 * A gateway node in a process that can be asked: `bare-node-process.ts <config.yaml>`, with its store in memory unless
 * config names a Redis. Sends where it listens, and a key; answers each message with the bytes that were allocated so far,
 * that are held, that have grown old, or that lie outside of V8's heap.
 */
import { createWriteStream } from 'node:fs';
import { adminOperations, type AdminContext } from '@tollgate/admin';
import { loadConfig, pricesOf, readEnvironment } from '@tollgate/config';
import { systemClock } from '@tollgate/core';
import { connectStore, startGateway } from '@tollgate/gateway';
import { createMemoryStore } from '@tollgate/store';
import { createLogger } from '@tollgate/telemetry';
import { countAllocations } from '../processes/count-allocations.ts';
import { heldBytes } from '../processes/held-bytes.ts';
import { oldBytes } from '../processes/old-bytes.ts';

const variables = {
  ...process.env,
  PORT: '0',
  TOLLGATE_OPERATOR_PORT: '0',
  TOLLGATE_KEY_PEPPERS: 'v1:pepper-of-the-benchmark-0123456789',
  TOLLGATE_ADMIN_TOKEN: 'admin-token-of-the-benchmark-0123456789',
};
const environment = readEnvironment(variables);
const config = loadConfig({ path: process.argv[2] ?? '', environment: variables });
const store =
  config.redis.connection.kind === 'none'
    ? createMemoryStore({ clock: systemClock })
    : await connectStore(config, { clock: systemClock });
const node = await startGateway({
  config,
  environment,
  store,
  logger: createLogger({ level: 'info', stream: createWriteStream('/dev/null') }),
});
const context: AdminContext = {
  store: store.keys,
  report: store.report,
  books: store.books,
  clock: systemClock,
  mintingPepper: environment.peppers[0],
  tiers: () => Promise.resolve(config),
  prices: () => Promise.resolve(pricesOf(config)),
};
await adminOperations.createTenant.execute(context, { name: 'bench' });
const { key } = await adminOperations.createKey.execute(context, { tenant: 'bench' });
process.send?.({ port: node.publicPort, key });
process.once('disconnect', () => process.exit());
const allocated = countAllocations();
const outsideBytes = (): number => process.memoryUsage().arrayBuffers;
process.on('message', ({ kind }: { readonly kind: 'allocated' | 'held' | 'old' | 'outside' }) => {
  const bytes = { allocated, held: heldBytes, old: oldBytes, outside: outsideBytes }[kind]();
  void Promise.resolve(bytes).then((counted) => process.send?.({ bytes: counted }));
});
