import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { nanoFromUsd, type AdmitScope, type KeyRecord } from '@tollgate/core';
import { simulatorConfig } from '../support/simulator-config.ts';
import type { LogLine } from '../support/log-tail.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';
import { kindSections, probedKinds } from '../compatibility/provider-kinds.ts';
import { Dice } from '../support/dice.ts';
import { startFuzzedUpstream } from './fuzzed-upstream.ts';
import { collectAnswers } from './provider-answers.ts';
import { spoilBody } from './spoil-body.ts';
import { validCalls } from './valid-calls.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Whether another call is to be made. */
  readonly goesOn: (callsMade: number) => boolean;
  /** Calls in flight. */
  readonly atOnce: number;
  /** Of the event that does not end. */
  readonly hugeBytes: number;
}

export interface FuzzReport {
  readonly calls: number;
  /** How many answers of each status there were. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly outcomes: ReadonlyMap<string, number>;
  /** Of the heap and what it holds outside, after the first calls and at the end. */
  readonly heldBytes: { readonly warm: number; readonly end: number };
}

/** Longest that any answer may take; every time limit of the gateway's is far below it. */
const hangMs = 30_000;

/**
 * Spoilt calls to a gateway whose providers answer what is spoilt as well. Throws an AssertionError where the gateway
 * crashes, hangs, answers an error that is none of its protocol, forgets to log or to settle, or keeps what it held.
 */
export async function fuzzGateway(options: FuzzOptions): Promise<FuzzReport> {
  const dice = new Dice(options.seed);
  const upstream = await startFuzzedUpstream(await collectAnswers(), { dice, hugeBytes: options.hugeBytes });
  const config = (room: number): string => fuzzedConfig(upstream.url, room);
  const gateway = await startTestGateway({ config: config(2 ** 30) });
  try {
    const report = await run(gateway, options, dice);
    await assertNoBodyHeld(gateway, config);
    return report;
  } finally {
    await gateway.stop();
    upstream.stop();
  }
}

const concurrency = 1000;

/** By then everything that is made once was made. */
const callsToWarm = 200;

/** `room`: bytes of bodies that may be in flight at once. */
const fuzzedConfig = (upstreamUrl: string, room: number): string =>
  simulatorConfig(upstreamUrl, {
    ...kindSections(upstreamUrl),
    server: `{ max_body_bytes: ${Math.min(room, 4_000_000)}, max_bodies_in_flight_bytes: ${room} }`,
    tiers: `{ pro: { requests_per_minute: 10000000, tokens_per_minute: 1000000000000, concurrency: ${concurrency}, models: ["*"] } }`,
    routing: `
  retry: { attempts: 2, base_ms: 1, max_ms: 5, budget_percent: 100 }
  timeouts: { connect_ms: 2000, first_content_ms: 1000, unstreamed_ms: 1000, idle_ms: 500, total_ms: 5000 }
  breaker: { failures: 1000000, window_ms: 30000, open_ms: 1000 }`,
    pricing: '{}',
  });

async function run(gateway: TestGateway, options: FuzzOptions, dice: Dice): Promise<FuzzReport> {
  const { key, record } = await gateway.createKey({ tenant: 'fuzz' });
  const statuses = new Map<number, number>();
  const outcomes = new Map<string, number>();
  let spentNanoUsd = 0n;
  let calls = 0;
  let warm = 0;
  const callOnAndOn = async (): Promise<void> => {
    while (options.goesOn(calls)) {
      calls += 1;
      if (calls === callsToWarm) warm = heldBytes();
      const { status, line } = await makeCall(gateway, key, nextCall(dice));
      count(statuses, status);
      count(outcomes, String(line['error_code'] ?? line['outcome']));
      const cost = line['cost_usd'];
      spentNanoUsd += (typeof cost === 'string' ? nanoFromUsd(cost) : undefined) ?? 0n;
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, callOnAndOn));
  const [standing] = await gateway.store.admission.standings(record.shard, [scopeOf(record)]);
  assert.equal(standing?.spentNanoUsd, spentNanoUsd, 'what was booked is what the log says');
  assert.equal(standing.concurrency?.remaining, concurrency, 'no lease is left');
  assert.equal(await gauge(gateway, 'tollgate_inflight_requests'), 0, 'nothing is in flight');
  assert.equal(await gauge(gateway, 'tollgate_open_streams'), 0, 'no stream is open');
  assert.doesNotMatch(gateway.logText(), /a request failed in a way that nobody foresaw|internal error/);
  return { calls, statuses, outcomes, heldBytes: { warm, end: heldBytes() } };
}

interface FuzzedCall {
  readonly path: string;
  readonly body: string;
}

function nextCall(dice: Dice): FuzzedCall {
  const { path, body } = dice.pick(validCalls);
  const { kind, model } = dice.pick(probedKinds);
  const stream = dice.chance(0.5) ? { stream: true } : {};
  return { path, body: spoilBody({ ...body, model: `${kind}/${model}`, ...stream }, dice) };
}

async function makeCall(
  gateway: TestGateway,
  key: string,
  { path, body }: FuzzedCall,
): Promise<{ status: number; line: LogLine }> {
  const answered = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(hangMs),
  });
  const text = await answered.text().catch((error: unknown) => {
    // Bytes that were passed on cannot be followed by an error.
    if (path === '/v1/audio/speech') return 'broken off';
    throw new Error(`${path} ${body} broke off with ${answered.status}`, { cause: error });
  });
  const about = `${path} ${body.slice(0, 2000)}\nwas answered ${answered.status} ${text.slice(0, 2000)}`;
  if (answered.status !== 200) assertTypedError(path, text, about);
  const line = await gateway.requestLine(answered);
  assert.notEqual(line['error_code'], 'internal_error', about);
  assert.ok(line['outcome'] !== null || line['error_code'] !== null, `without an outcome: ${about}`);
  if (line['outcome'] !== null) assert.notEqual(line['cost_usd'], null, `not settled: ${about}`);
  return { status: answered.status, line };
}

/** With room for one body and no more, it is refused as soon as any other is held. */
async function assertNoBodyHeld(gateway: TestGateway, config: (room: number) => string): Promise<void> {
  const body = JSON.stringify({ model: 'no-such-model', messages: [{ role: 'user', content: 'x'.repeat(1000) }] });
  gateway.reload(config(body.length));
  const response = await gateway.chat(body);
  const { error } = (await response.json()) as { error: { code: string } };
  assert.equal(error.code, 'model_not_found', 'no byte of a body is held');
}

/** An error has the shape of the endpoint's protocol. */
function assertTypedError(path: string, text: string, about: string): void {
  const body: { type?: unknown; error?: { type?: unknown; message?: unknown } } = JSON.parse(text);
  assert.equal(typeof body.error?.type, 'string', about);
  assert.equal(typeof body.error?.message, 'string', about);
  assert.equal(body.type === 'error', path.startsWith('/v1/messages'), about);
}

const scopeOf = ({ scopeId }: KeyRecord): AdmitScope => ({
  kind: 'key',
  id: scopeId,
  limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrency },
  budgets: [],
});

const count = <Name>(counts: Map<Name, number>, name: Name): unknown => counts.set(name, (counts.get(name) ?? 0) + 1);

async function gauge({ operatorUrl }: TestGateway, name: string): Promise<number> {
  const text = await (await fetch(`${operatorUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

/** Live bytes: after everything dead was collected. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
