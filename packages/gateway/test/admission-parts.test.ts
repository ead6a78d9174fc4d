import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPriceBook, noUsage, parseJsonBody, type Call, type Target } from '@tollgate/core';
import { costBound } from '../src/admission/cost-bound.ts';
import { RefusalError } from '../src/admission/refusal-error.ts';
import { TokenEstimator } from '../src/admission/token-estimator.ts';
import { formatReset, rateLimitHeaders } from '../src/http/rate-limit-headers.ts';
import { readChatCall } from '../src/pipeline/read-chat-call.ts';

const callOf = (body: object): Call =>
  readChatCall(
    parseJsonBody(Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...body }))),
  );

const target = (provider: string, providerModel: string): Target => ({ provider, providerModel, weight: undefined });

const prices = createPriceBook({
  overrides: {
    cheap: { m: { input: 1, output: 2, context_window: 100_000, max_output: 4000 } },
    dear: { m: { input: 3, output: 15, cache_write: 6, context_window: 200_000, max_output: 8000 } },
    open: { m: { input: 1, output: 1 } },
  },
  shipped: {},
  typeOf: () => undefined,
});

describe('the cost bound of a call', () => {
  it('is that of its dearest target, at its dearest input class', () => {
    const call = callOf({ max_tokens: 100 });
    const bytes = call.body.raw.length + 1024;
    const { boundNanoUsd } = costBound(call, [target('cheap', 'm'), target('dear', 'm')], prices);
    assert.equal(boundNanoUsd, BigInt(bytes * 6000 + 100 * 15_000));
  });

  it('counts every answer asked for', () => {
    const one = costBound(callOf({ max_tokens: 100, n: 1 }), [target('cheap', 'm')], prices).boundNanoUsd ?? 0n;
    const four = costBound(callOf({ max_tokens: 100, n: 4 }), [target('cheap', 'm')], prices).boundNanoUsd ?? 0n;
    assert.equal(four - one, 300n * 2000n);
  });

  it('caps the output by the smallest maximum of the targets where the caller did not', () => {
    const { outputCapTokens } = costBound(callOf({}), [target('dear', 'm'), target('cheap', 'm')], prices);
    assert.equal(outputCapTokens, 4000);
  });

  it('goes by the context window for content that is referred to', () => {
    const call = callOf({
      max_tokens: 1,
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }],
    });
    assert.equal(costBound(call, [target('cheap', 'm')], prices).boundNanoUsd, 100_000n * 1000n + 2000n);
    assert.equal(costBound(call, [target('open', 'm')], prices).boundNanoUsd, undefined);
  });

  for (const extra of [{ plugins: [{ id: 'web' }] }, { web_search_options: {} }, { tools: [{ type: 'web_search' }] }]) {
    it(`does not exist with ${JSON.stringify(extra)}, which the provider may bill beyond the prompt`, () => {
      assert.equal(
        costBound(callOf({ max_tokens: 1, ...extra }), [target('cheap', 'm')], prices).boundNanoUsd,
        undefined,
      );
    });
  }

  it('does not exist for an unpriced target, or without any cap', () => {
    assert.equal(costBound(callOf({ max_tokens: 1 }), [target('cheap', 'unknown')], prices).boundNanoUsd, undefined);
    assert.equal(costBound(callOf({}), [target('open', 'm')], prices).boundNanoUsd, undefined);
  });
});

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

describe('rate-limit headers', () => {
  it('tell each dimension by the scope that has least left', () => {
    const headers = rateLimitHeaders([
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
