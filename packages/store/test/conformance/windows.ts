import assert from 'node:assert/strict';
import { startMs, type OpenBench } from './bench.ts';
import { admit, createCaller, refused, requestOf, settlementOf } from './fixtures.ts';
import { rulesOf } from './rule.ts';

/** Requests and tokens a minute. */
export function windowTests(name: string, open: OpenBench): void {
  const rule = rulesOf(name, open);

  rule('a minute admits the limit, and the next call at the very moment that the refusal named', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = () => requestOf(caller, { key: { limits: { requestsPerMinute: 2 } } });
    await bench.setNow(startMs + 250);
    await admit(bench.store, request());
    await bench.setNow(startMs + 30_000);
    await admit(bench.store, request());
    const refusal = refused(await bench.store.admission.admit(request()));
    assert.deepEqual(refusal, {
      scope: 'key',
      limit: 'requests_per_minute',
      reason: 'rate',
      limitValue: 2n,
      remaining: 0n,
      retryAfterMs: 31_000,
    });
    await bench.setNow(startMs + 60_999);
    refused(await bench.store.admission.admit(request()));
    await bench.setNow(startMs + 61_000);
    await admit(bench.store, request());
  });

  rule('a call at the end of a second still counts 60 s later', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = () => requestOf(caller, { key: { limits: { requestsPerMinute: 1 } } });
    await bench.setNow(startMs + 999);
    await admit(bench.store, request());
    await bench.setNow(startMs + 60_998);
    assert.equal(refused(await bench.store.admission.admit(request())).retryAfterMs, 2);
  });

  rule('tokens are counted by what is reserved, and the wait is for as many as the call needs', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = (estimatedTokens: number) =>
      requestOf(caller, { estimatedTokens, tenant: { limits: { tokensPerMinute: 100 } } });
    await admit(bench.store, request(60));
    await bench.setNow(startMs + 10_000);
    await admit(bench.store, request(30));
    const small = refused(await bench.store.admission.admit(request(20)));
    assert.deepEqual(
      [small.scope, small.limit, small.remaining, small.retryAfterMs],
      ['tenant', 'tokens_per_minute', 10n, 51_000],
    );
    assert.equal(refused(await bench.store.admission.admit(request(90))).retryAfterMs, 61_000);
    await admit(bench.store, request(10));
  });

  rule('a call that alone exceeds a limit is told that waiting cannot help', async (bench) => {
    const caller = await createCaller(bench.store);
    const large = requestOf(caller, { estimatedTokens: 101, key: { limits: { tokensPerMinute: 100 } } });
    const refusal = refused(await bench.store.admission.admit(large));
    assert.deepEqual([refusal.reason, refusal.retryAfterMs], ['too_large', undefined]);
    const none = requestOf(caller, { key: { limits: { requestsPerMinute: 0 } } });
    assert.equal(refused(await bench.store.admission.admit(none)).reason, 'too_large');
  });

  rule('what the tenant refuses is not counted against the key', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { limits: { requestsPerMinute: 5 } }, tenant: { limits: { requestsPerMinute: 1 } } };
    await admit(bench.store, requestOf(caller, rules));
    assert.equal(refused(await bench.store.admission.admit(requestOf(caller, rules))).scope, 'tenant');
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    assert.equal(key?.requests?.remaining, 4);
  });

  rule('of several refusals the one that takes longest is told', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { limits: { concurrency: 1, requestsPerMinute: 1 } }, tenant: { limits: { concurrency: 1 } } };
    await admit(bench.store, requestOf(caller, rules));
    const refusal = refused(await bench.store.admission.admit(requestOf(caller, rules)));
    assert.deepEqual([refusal.limit, refusal.retryAfterMs], ['requests_per_minute', 61_000]);
  });

  rule('an admission tells what remains and when all of it is free again', async (bench) => {
    const caller = await createCaller(bench.store);
    await bench.setNow(startMs + 400);
    const decision = await bench.store.admission.admit(
      requestOf(caller, { key: { limits: { requestsPerMinute: 3, tokensPerMinute: 50, concurrency: 2 } } }),
    );
    assert.ok(decision.kind === 'admitted');
    const [key, tenant] = decision.standings;
    assert.deepEqual(key?.requests, { limit: 3, remaining: 2, resetMs: 60_600 });
    assert.deepEqual(key?.tokens, { limit: 50, remaining: 40, resetMs: 60_600 });
    assert.deepEqual(key?.concurrency, { limit: 2, remaining: 1 });
    assert.deepEqual([tenant?.requests, tenant?.tokens, tenant?.concurrency], [undefined, undefined, undefined]);
  });

  rule('settlement gives back unused tokens while their second is in the window, and not after', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { limits: { tokensPerMinute: 100 } } };
    const early = await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 80 }));
    await bench.store.admission.settle(settlementOf(early, { tokens: 5 }));
    const late = await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 95 }));
    await bench.setNow(startMs + 61_000);
    await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 100 }));
    await bench.store.admission.settle(settlementOf(late, { tokens: 0 }));
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    assert.equal(key?.tokens?.remaining, 0);
  });

  rule('tokens beyond the reserved ones are worked off before anything else is admitted', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { limits: { tokensPerMinute: 100 } } };
    const call = await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 10 }));
    await bench.store.admission.settle(settlementOf(call, { tokens: 310 }));
    const refusal = refused(await bench.store.admission.admit(requestOf(caller, { ...rules, estimatedTokens: 1 })));
    // 310 tokens at 100 a minute: the last 10 of them are in the window from 183 s to 244 s.
    assert.deepEqual([refusal.remaining, refusal.retryAfterMs], [0n, 183_000]);
    await bench.setNow(startMs + 182_999);
    refused(await bench.store.admission.admit(requestOf(caller, { ...rules, estimatedTokens: 1 })));
    await bench.setNow(startMs + 183_000);
    await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 90 }));
    refused(await bench.store.admission.admit(requestOf(caller, { ...rules, estimatedTokens: 1 })));
  });

  rule('room that a refund leaves is taken up by the debt in that very second', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { limits: { tokensPerMinute: 100 } } };
    const first = await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 90 }));
    const second = await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 10 }));
    await bench.store.admission.settle(settlementOf(second, { tokens: 30 }));
    await bench.store.admission.settle(settlementOf(first, { tokens: 0 }));
    await bench.setNow(startMs + 60_000);
    refused(await bench.store.admission.admit(requestOf(caller, { ...rules, estimatedTokens: 100 })));
    await bench.setNow(startMs + 61_000);
    await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 100 }));
  });

  for (const factor of [2, 4, 10]) {
    rule(`calls that use ${factor} times what they reserve keep the limit on average`, async (bench) => {
      const caller = await createCaller(bench.store);
      const rules = { key: { limits: { tokensPerMinute: 1000 } } };
      const minutes = 20;
      let used = 0;
      for (let second = 0; second < minutes * 61; second += 1) {
        await bench.setNow(startMs + second * 1000);
        const decision = await bench.store.admission.admit(requestOf(caller, { ...rules, estimatedTokens: 100 }));
        if (decision.kind !== 'admitted') continue;
        await bench.store.admission.settle(settlementOf(decision.reservation, { tokens: 100 * factor }));
        used += 100 * factor;
      }
      assert.ok(used <= 1000 * minutes + 100 * factor, `${used} tokens in ${minutes} minutes of 1000`);
      assert.ok(used >= 900 * minutes, `${used} tokens in ${minutes} minutes of 1000`);
    });
  }

  rule('a clock that runs back an hour does not keep a window closed for an hour', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = () => requestOf(caller, { key: { limits: { requestsPerMinute: 1 } } });
    await bench.setNow(startMs + 3_600_000);
    await admit(bench.store, request());
    await bench.setNow(startMs);
    assert.equal(refused(await bench.store.admission.admit(request())).retryAfterMs, 61_000);
    await bench.setNow(startMs + 5000);
    assert.equal(refused(await bench.store.admission.admit(request())).retryAfterMs, 61_000);
  });

  rule('what was admitted before the clock ran back counts for a minute from then', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = () => requestOf(caller, { key: { limits: { requestsPerMinute: 2 } } });
    await bench.setNow(startMs + 3_600_000);
    await admit(bench.store, request());
    await bench.setNow(startMs);
    await admit(bench.store, request());
    await bench.setNow(startMs + 60_999);
    refused(await bench.store.admission.admit(request()));
    await bench.setNow(startMs + 61_000);
    await admit(bench.store, request());
  });

  rule('a clock that runs back two seconds frees nothing early', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = () => requestOf(caller, { key: { limits: { requestsPerMinute: 1 } } });
    await bench.setNow(startMs + 2000);
    await admit(bench.store, request());
    await bench.setNow(startMs);
    assert.equal(refused(await bench.store.admission.admit(request())).retryAfterMs, 63_000);
  });

  rule('after the clock ran back, a settlement takes nothing out of a later second of the same name', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { limits: { tokensPerMinute: 100 } } };
    await bench.setNow(startMs + 20_000);
    const first = await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 40 }));
    await bench.setNow(startMs + 10_000);
    await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 10 }));
    await bench.setNow(startMs + 20_000);
    await admit(bench.store, requestOf(caller, { ...rules, estimatedTokens: 50 }));
    await bench.store.admission.settle(settlementOf(first, { tokens: 0 }));
    refused(await bench.store.admission.admit(requestOf(caller, { ...rules, estimatedTokens: 1 })));
  });
}
