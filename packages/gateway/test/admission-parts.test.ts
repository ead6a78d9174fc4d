import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noUsage, parseJsonBody, type Call } from '@tollgate/core';
import { RefusalError } from '../src/admission/refusal-error.ts';
import { TokenEstimator } from '../src/admission/token-estimator.ts';
import { formatReset, openaiLimitHeaders } from '../src/http/rate-limit-headers.ts';
import { readChatCall } from '../src/calls/read-chat-call.ts';

const callOf = (body: object): Call =>
  readChatCall(
    parseJsonBody(Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...body }))),
  );

describe('the token estimate of a call', () => {
  it('trusts a modest cap and learns where there is none', () => {
    const estimator = new TokenEstimator();
    const capped = callOf({ max_tokens: 50 });
    assert.equal(estimator.estimate('m', capped), Math.ceil(capped.body.raw.length / 4) + 50);
    const uncapped = callOf({});
    const before = estimator.estimate('m', uncapped);
    for (let calls = 0; calls < 128; calls += 1)
      estimator.learn('m', uncapped, { ...noUsage, inputUncached: 10, output: 20 });
    assert.ok(estimator.estimate('m', uncapped) < before);
    assert.equal(estimator.estimate('other', uncapped), before);
  });

  it('does not believe a cap that only says "as much as you can"', () => {
    const estimator = new TokenEstimator();
    assert.ok(estimator.estimate('m', callOf({ max_tokens: 128_000 })) < 2000);
  });
});

describe('what a call will likely need', () => {
  it('is what nineteen of twenty calls needed, whatever their cap', () => {
    const estimator = new TokenEstimator();
    const capped = callOf({ max_tokens: 1000 });
    assert.equal(estimator.likely('m', capped).output, 1000);
    for (let calls = 1; calls <= 128; calls += 1) {
      estimator.learn('m', capped, { ...noUsage, inputUncached: 10, output: calls <= 122 ? 100 : 900 });
    }
    assert.equal(estimator.likely('m', capped).output, 100);
    assert.equal(estimator.likely('m', callOf({ max_tokens: 200 })).output, 20, 'a tenth of the cap, as of others');
    assert.equal(estimator.likely('m', callOf({})).output, 100);
    assert.equal(estimator.likely('m', callOf({ n: 3 })).output, 300);
  });
});

describe('what a call without a cap will likely need', () => {
  it('is a number, also where calls with one got no answer', () => {
    const estimator = new TokenEstimator();
    estimator.learn('m', callOf({ max_tokens: 1000 }), { ...noUsage, inputUncached: 10 });
    assert.equal(estimator.likely('m', callOf({})).output, 1);
  });
});

describe('rate-limit headers', () => {
  it('tell each dimension by the scope that has least left', () => {
    const headers = openaiLimitHeaders([
      {
        kind: 'key',
        requests: { limit: 20, remaining: 3, resetMs: 6000 },
        tokens: undefined,
        concurrency: undefined,
        budgets: [],
        spentNanoUsd: 0n,
      },
      {
        kind: 'tenant',
        requests: { limit: 600, remaining: 500, resetMs: 61_000 },
        tokens: { limit: 1000, remaining: 0, resetMs: 12 },
        concurrency: undefined,
        budgets: [],
        spentNanoUsd: 0n,
      },
    ]);
    assert.deepEqual(headers, {
      'x-ratelimit-limit-requests': '20',
      'x-ratelimit-remaining-requests': '3',
      'x-ratelimit-reset-requests': '6s',
      'x-ratelimit-limit-tokens': '1000',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '12ms',
    });
  });

  it('write durations as OpenAI does', () => {
    assert.deepEqual([0, 11.2, 1000, 5001, 60_000, 61_000].map(formatReset), [
      '0ms',
      '12ms',
      '1s',
      '6s',
      '1m0s',
      '1m1s',
    ]);
  });
});

describe('a refusal', () => {
  const refusal = {
    scope: 'key',
    limit: 'requests_per_minute',
    limitValue: 20n,
    remaining: 0n,
    retryAfterMs: 4200,
  } as const;

  it('names whose limit binds, what is left and when to retry', () => {
    const error = new RefusalError({ ...refusal, reason: 'rate' }, []);
    assert.equal(error.status, 429);
    assert.equal(error.refusedBy, 'key:requests_per_minute');
    assert.equal(error.message, "This call is over the key's limit of 20 requests a minute: 0 left. Try again in 5 s.");
  });

  it('of money that is spent is final, of money that is held is not', () => {
    const budget = { ...refusal, limit: 'budget', limitValue: 1_000_000_000n } as const;
    assert.equal(new RefusalError({ ...budget, reason: 'spent' }, []).entry.retryHelps, false);
    assert.equal(new RefusalError({ ...budget, reason: 'held' }, []).entry.retryHelps, true);
  });
});
