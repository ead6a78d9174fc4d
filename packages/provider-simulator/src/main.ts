import { onShutdownSignals, systemClock } from '@tollgate/core';
import { readEnvironment } from './environment.ts';
import { startProviderSimulator } from './simulator.ts';

const simulator = await startProviderSimulator(readEnvironment(process.env));
process.stdout.write(`provider simulator listens at ${simulator.url}\n`);
for (const [provider, url] of Object.entries(simulator.baseUrls)) process.stdout.write(`  ${provider}: ${url}\n`);

onShutdownSignals({
  signals: process,
  clock: systemClock,
  drain: () => void simulator.stop(),
  endAtOnce: () => process.exit(1),
});
