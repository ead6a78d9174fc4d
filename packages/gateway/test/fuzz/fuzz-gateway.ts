import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { Secret, systemClock } from '@tollgate/core';
import { connectRedisStore } from '@tollgate/store';
import { startRedis } from '@tollgate/testkit';
import { kindSections } from '../compatibility/provider-kinds.ts';
import { Dice } from '../support/dice.ts';
import { readLedger, type LedgerReader } from '../support/ledger-reader.ts';
import { simulatorConfig } from '../support/simulator-config.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { startFuzzedUpstream, type FuzzedUpstream } from './fuzzed-upstream.ts';
import { assertNoMoreResources, assertNothingUnderWay, heldBytes, openResources } from './leftovers.ts';
import { FuzzedCalls, type FuzzedSums } from './fuzzed-calls.ts';
import { collectAnswers } from './provider-answers.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Whether another call is to be made. */
  readonly goesOn: (callsMade: number) => boolean;
  /** Calls in flight. */
  readonly atOnce: number;
  /** Of the event that does not end. */
  readonly hugeBytes: number;
}

export interface FuzzReport extends FuzzedSums {
  /** Of the heap and what it holds outside, after the first calls and at the end, while none is under way. */
  readonly heldBytes: { readonly warm: number; readonly end: number };
}

/** By then everything that is made once was made. */
const callsToWarm = 150;
const tenant = 'fuzz';

/**
 * Spoilt calls to a gateway whose providers answer what is spoilt as well. Throws an AssertionError where the gateway
 * crashes, hangs, answers an error that is none of its protocol, forgets to log or to settle, or keeps what it held.
 */
export async function fuzzGateway(options: FuzzOptions): Promise<FuzzReport> {
  const answers = await collectAnswers();
  const redis = await startRedis();
  const before = openResources();
  try {
    const dice = new Dice(options.seed);
    const upstream = await startFuzzedUpstream(answers, { dice, hugeBytes: options.hugeBytes });
    const store = await connectRedisStore({
      connection: { kind: 'single', url: new Secret(redis.url) },
      keyPrefix: 'tg',
      timeoutMs: 10_000,
      clock: systemClock,
    });
    const config = (room: number): string => fuzzedConfig(upstream.url, room);
    const gateway = await startTestGateway({ config: config(2 ** 30), store });
    const agent = new Agent({ keepAlive: true });
    try {
      return await run({ gateway, upstream, ledger: readLedger(redis.url, tenant), agent, dice, config }, options);
    } finally {
      agent.destroy();
      await gateway.stop();
      await store.close();
      upstream.stop();
      await assertNoMoreResources(before);
    }
  } finally {
    await redis.stop();
  }
}

/** `room`: bytes of bodies that may be in flight at once. */
const fuzzedConfig = (upstreamUrl: string, room: number): string =>
  simulatorConfig(upstreamUrl, {
    ...kindSections(upstreamUrl),
    server: `{ max_body_bytes: ${Math.min(room, 4_000_000)}, max_bodies_in_flight_bytes: ${room} }`,
    tiers: `{ pro: { requests_per_minute: 10000000, tokens_per_minute: 1000000000000, concurrency: 1000, models: ["*"] } }`,
    routing: `
  retry: { attempts: 2, base_ms: 1, max_ms: 5, budget_percent: 100 }
  timeouts: { connect_ms: 2000, first_content_ms: 400, unstreamed_ms: 400, idle_ms: 300, total_ms: 3000 }
  breaker: { failures: 1000000, window_ms: 30000, open_ms: 1000 }`,
    pricing: '{}',
  });

interface Parts {
  readonly gateway: TestGateway;
  readonly upstream: FuzzedUpstream;
  readonly ledger: LedgerReader;
  readonly agent: Agent;
  readonly dice: Dice;
  readonly config: (room: number) => string;
}

async function run(parts: Parts, options: FuzzOptions): Promise<FuzzReport> {
  const { gateway, upstream, ledger, agent, dice, config } = parts;
  const { key } = await gateway.createKey({ tenant });
  const calls = new FuzzedCalls({ gateway, agent, dice, key });
  const callWhile = (goesOn: FuzzOptions['goesOn']): Promise<void> =>
    calls.makeWhile((made) => goesOn(made) && options.goesOn(made), options.atOnce);
  const look = async (): Promise<number> => {
    await assertNothingUnderWay(gateway, ledger, calls.sums.loggedNanoUsd);
    assert.doesNotMatch(gateway.logText(), /a request failed in a way that nobody foresaw|internal error/);
    gateway.forgetLog();
    await upstream.untilIdle();
    return heldBytes();
  };
  await callWhile((made) => made < callsToWarm);
  const warm = await look();
  await callWhile(() => true);
  const end = await look();
  await assertNoBodyHeld(gateway, config);
  return { ...calls.sums, heldBytes: { warm, end } };
}

/** With room for one body and no more, it is refused as soon as any other is held. */
async function assertNoBodyHeld(gateway: TestGateway, config: (room: number) => string): Promise<void> {
  const body = JSON.stringify({ model: 'no-such-model', messages: [{ role: 'user', content: 'x'.repeat(1000) }] });
  gateway.reload(config(body.length));
  const response = await gateway.chat(body, { headers: { connection: 'close' } });
  const { error } = (await response.json()) as { error: { code: string } };
  assert.equal(error.code, 'model_not_found', 'no byte of a body is held');
}
