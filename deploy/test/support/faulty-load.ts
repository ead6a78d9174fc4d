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

/** OpenRouter's own price is a hundred times as high. */
export const tooCheap = `
  openrouter: { openai/gpt-4o-mini: { input: 0.001, output: 0.001, context_window: 128000, max_output: 16384 } }
  local: { llama3: { input: 0, output: 0, context_window: 8192, max_output: 2048 } }`;

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

/** A call that costs more than the price in `tooCheap` says it can. */
export async function exceedBound(node: NodeProcess): Promise<void> {
  const { key } = await admin(node, 'POST /tenants/acme/keys', { tier: 'pro', budgets: ['1/day'] });
  const text = '[[words:1000]]';
  await chat(node, { model: 'sim-openrouter', key: String(key), text, max_tokens: 2000 });
}

/** One of each: answered, streamed, fallen back, failed, cut off, refused by a limit, sent with a wrong key. */
export async function sendRound(node: NodeProcess, keys: LoadKeys): Promise<void> {
  const key = keys.unlimited;
  await Promise.all([
    chat(node, { model: 'sim-openai', key }),
    chat(node, { model: 'sim-openai', key, stream: true }),
    chat(node, { model: 'sim-fallback', key }),
    chat(node, { model: 'sim-local', key }),
    chat(node, { model: 'sim-anthropic', key }),
    chat(node, { model: 'sim-openai', key, stream: true, text: '[[words:50]] [[fault:cut_between_events]]' }),
    chat(node, { model: 'sim-openai', key: keys.limited }),
    chat(node, { model: 'sim-openai', key: 'not-a-key' }),
  ]);
}

interface Ask {
  readonly model: string;
  readonly key: string;
  readonly text?: string;
  readonly stream?: true;
  readonly max_tokens?: number;
}

async function chat(node: NodeProcess, { key, text = 'hello', ...rest }: Ask): Promise<void> {
  const response = await fetch(`${node.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...rest, messages: [{ role: 'user', content: text }] }),
  });
  await response.text();
}
