import { setTimeout as delay } from 'node:timers/promises';
import type { Arena } from '../arena.ts';
import { callHttp } from '../http-call.ts';
import { askAdmin, createKey } from '../load/cast.ts';
import { pairsOf, takeSnapshot, type Snapshot } from '../redis/snapshot.ts';
import type { RefusalEvidence } from './evidence.ts';

const tenant = 'refused';
/** What changes while calls are in flight, whoever is refused meanwhile: nodes renew, and the reaper looks for the dead. */
const moving = /:nodes$|:x$/;
const movingFields = new Set(['reaped_at_ms', 'progress', 'tokens']);
const rounds = 6;

/**
 * Refuses calls at every node in every way that limits and budgets know, and compares all of Redis before and
 * after (I10). A difference that is not there another time was somebody else's: a refusal would make it again.
 */
export async function refuseCalls({ nodes, redis, simulator }: Arena): Promise<RefusalEvidence> {
  const ports = nodes.map(({ current }) => current?.ports ?? []);
  const [publicPort = 0, operatorPort = 0] = ports[0] ?? [];
  const secrets = await makeRefused(operatorPort);
  // One call is spent, and one slot and all money are held for as long as this goes on.
  while ((await chat({ port: publicPort, secret: secrets['once'] ?? '' }, 'hi')) === 'store_unavailable')
    await delay(500);
  const { callsBegun } = simulator.totals();
  const enough = new AbortController();
  const holding = [secrets['narrow'], secrets['held']].map((secret = '') =>
    chat({ port: publicPort, secret }, slow, enough.signal).catch(() => undefined),
  );
  const untilMs = Date.now() + longestWaitMs;
  while (simulator.totals().callsBegun < callsBegun + holding.length && Date.now() < untilMs) await delay(50);
  await delay(settlingMs);
  const refused = new Map<string, number>();
  let changed: readonly string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = await lookAtAll(redis);
    const codes: string[] = [];
    for (const [port = 0] of ports) {
      for (const [name, secret] of Object.entries(secrets)) {
        const code = await chat({ port, secret }, name === 'large' ? 'x'.repeat(8_000) : 'hi');
        codes.push(code);
        refused.set(code, (refused.get(code) ?? 0) + 1);
      }
    }
    changed = differences(before, await lookAtAll(redis));
    // Where Redis was too slow for a node, nothing is said about limits.
    if (changed.length === 0 && !codes.includes('store_unavailable')) break;
  }
  enough.abort();
  await Promise.all(holding);
  return { changed, refused };
}

/** Longer than the volley takes. */
const slow = '[[words:20]] [[pace:first_content_ms=50000]]';
/** Until what was done before is applied. */
const settlingMs = 1_500;
const longestWaitMs = 30_000;

async function makeRefused(port: number): Promise<Readonly<Record<string, string>>> {
  await askAdmin(port, 'POST /tenants', { name: tenant, tier: 'pro' });
  const make = (name: string, options: object) => createKey(port, tenant, { name, ...options });
  const [once, narrow, held, poor, large, revoked] = await Promise.all([
    make('once', { requests_per_minute: 1 }),
    make('narrow', { concurrency: 1 }),
    make('held', { budgets: ['0.013/total'] }),
    make('poor', { budgets: ['0.000001/total'] }),
    make('large', { tokens_per_minute: 100 }),
    make('revoked', {}),
  ]);
  await askAdmin(port, `POST /keys/${revoked.id}/revoke`);
  return {
    once: once.key,
    narrow: narrow.key,
    held: held.key,
    poor: poor.key,
    large: large.key,
    revoked: revoked.key,
  };
}

/** The code of the refusal; `answered` for none. */
async function chat(
  { port, secret }: { readonly port: number; readonly secret: string },
  content: string,
  signal?: AbortSignal,
): Promise<string> {
  const call = {
    url: `http://127.0.0.1:${port}/v1/chat/completions`,
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sim-anthropic', max_tokens: 300, messages: [{ role: 'user', content }] }),
  };
  const answer = await callHttp(call, { signal });
  return /"code":"([^"]+)"/.exec(answer.text)?.[1] ?? 'answered';
}

async function lookAtAll(redis: Arena['redis']): Promise<Snapshot> {
  const connection = await redis.connect();
  try {
    return await takeSnapshot(connection, ['tg:*']);
  } finally {
    connection.close();
  }
}

function differences(before: Snapshot, after: Snapshot): readonly string[] {
  const keys = new Set([...before.keys.keys(), ...after.keys.keys()]);
  return [...keys].flatMap((key) => {
    // A window that nobody used for a minute is gone.
    const hasExpired = key.includes(':w:') && !after.keys.has(key);
    if (moving.test(key) || hasExpired) return [];
    const [was, is] = [pairsOf(before.keys.get(key) ?? []), pairsOf(after.keys.get(key) ?? [])];
    return [...new Set([...was.keys(), ...is.keys()])]
      .filter((field) => !movingFields.has(field) && was.get(field) !== is.get(field))
      .map((field) => `${key} ${field}: ${was.get(field)} became ${is.get(field)}`);
  });
}
