import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'node:test';
import type { Cluster } from '../support/cluster.ts';
import { docker } from '../support/compose.ts';
import { hello } from '../support/hello.ts';
import { billedDuring, chargesOf, sumOf, untilWithoutDrift, type Billed } from '../support/money.ts';
import { underSteadyLoad, type Failure, type LoadResult } from '../support/steady-load.ts';
import { until } from '../support/until.ts';

const minuteMs = 60_000;

/** Fails where a request got no answer for another reason than that it was refused by design, and told when to come again. */
function assertNoneLost(failures: readonly Failure[]): void {
  const lost = failures.filter(
    ({ status, retryAfter, message }) =>
      status !== 503 || retryAfter === undefined || message.includes('No gateway node is ready'),
  );
  assert.equal(lost.length, 0, JSON.stringify(lost.slice(0, 5), null, 2));
}

export function factsOfStayingUp(cluster: () => Cluster): void {
  const answeredAndLost = (
    results: readonly LoadResult[],
  ): { answered: readonly string[]; failures: readonly Failure[] } => ({
    answered: results.flatMap(({ answered }) => answered),
    failures: results.flatMap(({ failures }) => failures),
  });
  /** Callers do not wait for it: what was answered is charged as soon as Redis takes it. */
  const untilCharged = async (tenant: string, answered: readonly string[]): Promise<void> => {
    let missing: readonly unknown[] = answered;
    const areCharged = async (): Promise<boolean> => {
      const charges = await chargesOf(cluster(), tenant);
      missing = answered.filter((id) => charges.get(id)?.outcome !== 'completed').map((id) => charges.get(id) ?? id);
      return missing.length === 0;
    };
    await until('all that was answered is charged', areCharged, { withinMs: 60_000 }).catch((error: unknown) => {
      throw new Error(`answered and not charged: ${JSON.stringify(missing.slice(0, 5))}`, { cause: error });
    });
  };
  let killed: { readonly answered: readonly string[]; readonly broken: number; readonly billed: Billed };

  describe('under steady load', () => {
    it('a node and an aggregator that are killed take down only what the node had in hand', async () => {
      await cluster().createTenant('killed');
      const client = await cluster().newClient({ tenant: 'killed' });
      let deadAtMs = Infinity;
      const [results, billed] = await billedDuring(cluster(), () =>
        underSteadyLoad([client], async () => {
          const [victim = ''] = await cluster().project.containers('gateway');
          const [aggregator = ''] = await cluster().project.containers('cost-aggregator');
          await docker('kill', '--signal', 'KILL', victim, aggregator);
          deadAtMs = Date.now();
          await cluster().untilNodesUp(3);
          await docker('start', victim, aggregator);
          await cluster().untilNodesUp(4);
        }),
      );
      const { answered, failures } = answeredAndLost(results);
      assert.ok(answered.length > 20, `${answered.length} answered`);
      assertNoneLost(failures.filter(({ beganAtMs }) => beganAtMs > deadAtMs));
      killed = { answered, broken: failures.length, billed };
    });

    it('scaling down loses no request', async () => {
      const results = await underSteadyLoad([await cluster().newClient()], () => cluster().scaleTo(2));
      assertNoneLost(answeredAndLost(results).failures);
    });

    it('for a minute, in which all nodes are replaced and Redis restarts, no call is lost; hard budgets wait for Redis', async (context) => {
      await cluster().createTenant('soft', { soft: true });
      await cluster().createTenant('hard');
      const soft = await cluster().newClient({ tenant: 'soft', soft: true });
      const hard = await cluster().newClient({ tenant: 'hard' });
      const isAnswered = async (): Promise<boolean> => {
        await hard.chat.completions.create(hello);
        return true;
      };
      const beganMs = performance.now();
      const [ofSoft, ofHard] = await underSteadyLoad([soft, hard], async () => {
        for (const node of await cluster().project.containers('gateway')) {
          await docker('stop', '--time', '45', node);
          await docker('rm', node);
          await cluster().scaleTo(2);
          await cluster().untilHealthy('gateway');
        }
        await cluster().project.run('restart', 'redis');
        // Hard budgets stay closed for a lease, until every node has said what it had in flight.
        await until('hard budgets are open again', isAnswered, { withinMs: 120_000 });
        await sleep(Math.max(0, minuteMs - (performance.now() - beganMs)));
      });
      assert.ok(ofSoft !== undefined && ofHard !== undefined);
      for (const [name, { answered, failures }] of Object.entries({ soft: ofSoft, hard: ofHard })) {
        context.diagnostic(`${name} budget: ${answered.length} answered, ${failures.length} told to come again`);
        assertNoneLost(failures);
        await untilCharged(name, answered);
      }
      assert.ok(ofSoft.answered.length > 100, `${ofSoft.answered.length} answered`);
    });
  });

  describe('afterwards', () => {
    it('the calls of the node that was killed are charged, whoever ended them, and nobody else pays', async () => {
      const { answered, broken, billed } = killed;
      let charges = await chargesOf(cluster(), 'killed');
      const attempts = (): number => [...charges.values()].reduce((sum, each) => sum + each.attempts.length, 0);
      const areAllCharged = async (): Promise<boolean> => {
        charges = await chargesOf(cluster(), 'killed');
        return attempts() >= billed.calls;
      };
      // A lease after the kill at the latest, unless the node's journal has said before how they ended.
      await until('all that reached the provider is charged', areAllCharged, { withinMs: 60_000 });
      assert.deepEqual(
        answered.filter((id) => charges.get(id)?.outcome !== 'completed'),
        [],
      );
      assert.ok(attempts() <= answered.length + broken, `${attempts()} charged, ${answered.length} + ${broken} sent`);
      assert.ok(sumOf(charges.values()) >= billed.nanoUsd, `${sumOf(charges.values())} of ${billed.nanoUsd} nano-USD`);
    });

    it('the ledger has no drift', () => untilWithoutDrift(cluster()));
  });
}
