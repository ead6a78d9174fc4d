import type { ProviderSimulator } from '../../../packages/provider-simulator/src/index.ts';
import { admin, type NodeProcess } from '../../../packages/gateway/test/support/node-process.ts';

export interface LoadKeys {
  readonly unlimited: string;
  /** Two requests a minute. */
  readonly limited: string;
}

/** Breakers open at the third failure and stay open. */
export const touchyRouting = `
  retry: { attempts: 2, base_ms: 1, max_ms: 5, budget_percent: 100 }
  timeouts: { connect_ms: 1000, first_content_ms: 2000, unstreamed_ms: 5000, idle_ms: 1000, total_ms: 10000 }
  breaker: { failures: 3, window_ms: 30000, open_ms: 60000 }`;

export async function createLoadKeys(node: NodeProcess): Promise<LoadKeys> {
  await admin(node, 'POST /tenants', { name: 'acme', tier: 'pro' });
  const create = async (extra: object): Promise<string> =>
    String((await admin(node, 'POST /tenants/acme/keys', { tier: 'pro', ...extra }))['key']);
  return {
    unlimited: await create({ name: 'unlimited' }),
    limited: await create({ name: 'limited', requests_per_minute: 2 }),
  };
}

/** How long the slow provider takes at least. */
export const slowMs = 400;

/** A provider that is down, one that refuses its credential, one that fails twice and is slow from then on. */
export function armFaults({ faults }: ProviderSimulator): void {
  faults.arm({ fault: '503', provider: 'compatible' });
  faults.arm({ fault: '401', provider: 'anthropic' });
  faults.arm({ fault: '503', provider: 'openrouter', model: 'openai/gpt-4o-mini', times: 2 });
  faults.arm({ fault: 'slow_headers', provider: 'openrouter', delay_ms: slowMs });
}

/** One of each: answered, streamed, fallen back, failed, cut off, refused by a limit, sent with a wrong key. */
export async function sendRound(node: NodeProcess, keys: LoadKeys): Promise<void> {
  const chat = async (
    model: string,
    options: { readonly key?: string; readonly text?: string; readonly stream?: true },
  ) => {
    const { key = keys.unlimited, text = 'hello', stream = false } = options;
    const response = await fetch(`${node.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: text }] }),
    });
    await response.text();
  };
  await Promise.all([
    chat('sim-openai', {}),
    chat('sim-openai', { stream: true }),
    chat('sim-fallback', {}),
    chat('sim-local', {}),
    chat('sim-anthropic', {}),
    chat('sim-openai', { stream: true, text: '[[words:50]] [[fault:cut_between_events]]' }),
    chat('sim-openai', { key: keys.limited }),
    chat('sim-openai', { key: 'not-a-key' }),
  ]);
}
