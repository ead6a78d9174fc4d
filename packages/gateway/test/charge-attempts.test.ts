import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  noUsage,
  parseJsonBody,
  readPrice,
  repriceEvent,
  type Call,
  type PriceBook,
  type Usage,
  type UsageEvent,
} from '@tollgate/core';
import type { AttemptRecord } from '@tollgate/upstream';
import { chargeAttempts, type Charge } from '../src/admission/charge-attempts.ts';

const rates = {
  input: '1.25',
  output: '10',
  cache_read: '0.125',
  above: [{ input_tokens: 2000, input: '3', output: '20' }],
};
const tiers = { flex: { input: '0.5', output: '5' }, priority: { input: '2.5', output: '20' } };
const pricesTimes = (factor: number): PriceBook => {
  const price = readPrice('test', { ...rates, output: 10 * factor, service_tiers: tiers });
  return { price: () => price };
};
const prices = pricesTimes(1);

const call: Call = {
  endpoint: 'chat_completions',
  protocol: 'openai_chat',
  model: 'm',
  stream: false,
  wantsStreamUsage: false,
  choices: 1,
  outputCapTokens: 100,
  serviceTier: undefined,
  body: parseJsonBody(Buffer.from('{"model":"m"}')),
};

const attempt = (usage: Usage, serviceTier: string | undefined): AttemptRecord => ({
  target: { provider: 'openai', providerModel: 'm-1', weight: undefined },
  credential: 'default',
  result: 'answered',
  httpStatus: 200,
  billing: 'possible',
  progress: {
    httpStatus: 200,
    requestSent: true,
    contentSeen: true,
    finishReason: 'stop',
    usage,
    reportedCostNanoUsd: undefined,
    contentBytes: 10,
    providerRequestId: undefined,
    serviceTier,
    droppedFields: [],
    answeredModel: undefined,
  },
  startedMs: 0,
  durationMs: 1,
  message: undefined,
});

const keptEvent = ({ attempts, quantities, costNanoUsd }: Charge) => {
  const event: UsageEvent = {
    schema: 1,
    type: 'call',
    id: 'call-1',
    tenant: 'acme',
    key_id: 'k',
    scope_id: 'k',
    tier: 'pro',
    endpoint: 'chat_completions',
    model: 'm',
    stream: false,
    outcome: 'completed',
    error_code: null,
    attempts: attempts.map(({ line }) => line),
    usage: quantities,
    cost_nano_usd: String(costNanoUsd),
    estimated: false,
    tags: {},
    started_at_ms: 1,
    duration_ms: 1,
  };
  return { entryId: '1-0', sequence: '1', corrects: '', repriced: '', text: JSON.stringify(event) };
};

const always = { sinceMs: 0, untilMs: undefined, provider: undefined, providerModel: undefined };

test('an event says enough to be priced again: by the same prices it costs the same, whatever the service tier', () => {
  for (const serviceTier of [undefined, 'flex', 'fast', 'default', 'unheard-of']) {
    for (const inputUncached of [0, 7, 1999, 2001]) {
      const usage = { ...noUsage, inputUncached, cacheRead: 3, output: 11 };
      const charge = chargeAttempts(call, [attempt(usage, serviceTier)], { prices, chargeBy: () => 'computed' });
      assert.equal(repriceEvent(keptEvent(charge), prices, always), undefined);
    }
  }
  const charge = chargeAttempts(call, [attempt({ ...noUsage, output: 11 }, undefined)], {
    prices,
    chargeBy: () => 'computed',
  });
  const changed = repriceEvent(keptEvent(charge), pricesTimes(2), always)?.changed;
  assert.deepEqual(
    changed?.map(({ fromNanoUsd, toNanoUsd }) => [fromNanoUsd, toNanoUsd]),
    [[110_000n, 220_000n]],
  );
});

test('what a call used is what its attempts did, of none, one and two', () => {
  const used = (...usages: readonly Usage[]) => {
    const attempts = usages.map((usage) => attempt(usage, undefined));
    const { usage, quantities } = chargeAttempts(call, attempts, { prices, chargeBy: () => 'computed' });
    return [usage.output, usage.units, quantities.output, quantities.units];
  };
  const one = { ...noUsage, output: 11, units: 3 };
  assert.deepEqual(used(), [0, 0, 0, undefined]);
  assert.deepEqual(used(one), [11, 3, 11, 3]);
  assert.deepEqual(used(one, { ...noUsage, output: 5 }), [16, 3, 16, 3]);
});

test('the tier that was asked for is the one that an event names, unless the answer names another', () => {
  const asked = { ...call, serviceTier: 'flex' };
  const tierOf = (serviceTier: string | undefined) =>
    chargeAttempts(asked, [attempt(noUsage, serviceTier)], { prices, chargeBy: () => 'computed' }).attempts[0]?.line
      .service_tier;
  assert.deepEqual([tierOf(undefined), tierOf('priority')], ['flex', 'priority']);
});
