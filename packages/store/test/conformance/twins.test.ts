import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMemoryBench, openRedisBench, startMs } from './bench.ts';
import { createCaller, totalBudget } from './fixtures.ts';
import { jumpyHistory, play } from './history.ts';

test('memory and Redis answer every history alike, and write the same events', async () => {
  await using memory = await openMemoryBench();
  await using redis = await openRedisBench();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(jumpyHistory, async (steps) => {
      const run = `twin-${(runs += 1)}`;
      const caller = await createCaller(memory.store, run);
      await redis.store.keys.createTenant(caller.tenant);
      await redis.store.keys.createKey(caller.key);
      const plot = {
        caller,
        key: { limits: { requestsPerMinute: 9, tokensPerMinute: 150, concurrency: 6 }, budgets: [totalBudget(200n)] },
        tenant: { limits: { tokensPerMinute: 400 }, budgets: [totalBudget(90n, false)] },
        startMs,
        run,
      };
      const inMemory = await play(memory, steps, plot);
      const inRedis = await play(redis, steps, plot);
      for (const [index, { step, result }] of inMemory.entries()) {
        assert.deepEqual(inRedis[index]?.result, result, `step ${index}: ${JSON.stringify(step)}`);
      }
      assert.deepEqual(await redis.events(caller.tenant.shard), await memory.events(caller.tenant.shard));
    }),
    { seed: 20_261_123, numRuns: 40 },
  );
});
