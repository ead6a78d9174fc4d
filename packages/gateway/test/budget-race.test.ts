import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { nanoFromUsd } from '@tollgate/core';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { startRedis, type PrivateRedis } from '@tollgate/testkit';
import { admin, startNodeProcess, type NodeProcess } from './support/node-process.ts';
import { simulatorConfig } from './support/simulator-config.ts';

const calls = 2000;
const callersAtOnce = 60;
const budgetNanoUsd = 1_000_000_000n;
/** The dearest a token can be at this model, and what no bound and no answer is without. */
const inputNanoUsd = 6_000n;
const outputNanoUsd = 15_000n;
const hiddenTokens = 1024;
const leastUsefulTokens = 64n;
const seed = 20_261_123;

let simulator: ProviderSimulator;
let redis: PrivateRedis;
let nodes: readonly NodeProcess[];

before(async () => {
  [simulator, redis] = await Promise.all([startProviderSimulator({ port: 0 }), startRedis()]);
  const config = simulatorConfig(simulator.url, { redis: '{ timeout_ms: 10000 }' });
  nodes = await Promise.all([1, 2, 3, 4].map(() => startNodeProcess({ config, redisUrl: redis.url })));
});

after(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await redis.stop();
  await simulator.stop();
});

/** Numbers from 0 up to 1 that a seed decides (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function nodeAt(index: number): NodeProcess {
  const node = nodes[index % nodes.length];
  assert.ok(node);
  return node;
}

const bodyOf = (words: number): string =>
  JSON.stringify({
    model: 'sim-anthropic',
    max_tokens: 400,
    messages: [{ role: 'user', content: `[[words:${words}]]` }],
  });

const withKey = (key: string): Record<string, string> => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
});

const ask = (index: number, { key, words }: { key: string; words: number }): Promise<Response> =>
  fetch(`${nodeAt(index).url}/v1/chat/completions`, { method: 'POST', headers: withKey(key), body: bodyOf(words) });

interface KeyPage {
  readonly limits: readonly {
    readonly budgets: readonly { readonly spent_usd: string; readonly held_usd: string }[];
  }[];
}

/** What all budgets of key and tenant have booked, once nothing is held any more. */
async function spentByBudget(key: string): Promise<readonly (bigint | undefined)[]> {
  for (;;) {
    const response = await fetch(`${nodeAt(0).url}/v1/key`, { headers: withKey(key) });
    const budgets = ((await response.json()) as KeyPage).limits.flatMap((scope) => scope.budgets);
    if (budgets.every(({ held_usd: held }) => held === '0'))
      return budgets.map(({ spent_usd }) => nanoFromUsd(spent_usd));
    await wait(50);
  }
}

describe('four nodes on one Redis, and a hard budget of $1.00', () => {
  it('answer 2,000 racing calls of random cost without overrunning it by a nano-USD, and use all but what pays for no answer', async () => {
    await admin(nodeAt(0), 'POST /tenants', { name: 'acme', tier: 'pro', budgets: ['1.5/month', '1.2/day:soft'] });
    const made = await admin(nodeAt(0), 'POST /tenants/acme/keys', {
      name: 'racer',
      tier: 'pro',
      budgets: ['1/total'],
    });
    const key = String(made['key']);
    const random = randomFrom(seed);
    const wanted = Array.from({ length: calls }, () => 1 + Math.floor(random() * 80));
    const codes = new Map<string, number>();
    let next = 0;

    const askUntilDecided = async (index: number): Promise<void> => {
      for (;;) {
        const response = await ask(index, { key, words: wanted[index] ?? 1 });
        const { error } = (await response.json()) as { error?: { code: string } };
        const code = error?.code ?? 'answered';
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (code !== 'budget_held') return;
        assert.equal(response.status, 429);
        await wait(20 + 100 * random());
      }
    };
    const caller = async (): Promise<void> => {
      while (next < calls) await askUntilDecided(next++);
    };
    await Promise.all(Array.from({ length: callersAtOnce }, caller));

    const answered = codes.get('answered') ?? 0;
    assert.equal(answered + (codes.get('budget_exceeded') ?? 0), calls, JSON.stringify([...codes]));
    assert.ok(answered > 100 && answered < calls, 'money ran out on the way');
    assert.ok((codes.get('budget_held') ?? 0) > 0, 'some were told to try again');
    const provided = simulator.ledger().reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);
    const spent = await spentByBudget(key);
    assert.deepEqual(spent, [provided, provided, provided], 'every budget booked what the provider charged');
    assert.ok(provided <= budgetNanoUsd, `${provided} nano-USD spent`);
    const leastNanoUsd = BigInt(bodyOf(1).length + hiddenTokens) * inputNanoUsd + leastUsefulTokens * outputNanoUsd;
    assert.ok(budgetNanoUsd - provided < leastNanoUsd, `${budgetNanoUsd - provided} nano-USD left unused`);
  });
});
