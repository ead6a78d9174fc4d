import { startProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from '../support/simulator-config.ts';
import { startTestGateway } from '../support/test-gateway.ts';
import { inboundProtocols, probeProtocol, type Row } from './compose-page.ts';
import type { InboundProtocol } from './feature.ts';
import { kindSections } from './provider-kinds.ts';

/** Every feature of every protocol against every kind of provider, through a gateway of its own. */
export async function probeAll(): Promise<ReadonlyMap<InboundProtocol, readonly Row[]>> {
  const simulator = await startProviderSimulator({ port: 0, keepBodies: true });
  const gateway = await startTestGateway({
    config: simulatorConfig(simulator.url, {
      ...kindSections(simulator.url),
      tiers: '{ pro: { models: ["*"] } }',
      routing: '{ retry: { attempts: 1 } }',
      pricing: '{}',
    }),
  });
  const tables = new Map<InboundProtocol, readonly Row[]>();
  try {
    for (const inbound of inboundProtocols) tables.set(inbound, await probeProtocol({ simulator, gateway }, inbound));
  } finally {
    await simulator.stop();
    await gateway.stop();
  }
  return tables;
}
