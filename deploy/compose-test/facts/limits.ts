import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import OpenAI from 'openai';
import type { Cluster } from '../support/cluster.ts';
import { hello } from '../support/hello.ts';
import { until } from '../support/until.ts';

export function factsOfLimits(cluster: () => Cluster): void {
  /**
   * How many of 160 requests, 16 at once, a key of 40 a minute gets admitted. One that found Redis slower than
   * redis.timeout_ms, as may happen on a busy machine, is tried again.
   */
  async function admittedOfMany(): Promise<number> {
    const client = await cluster().newClient({ requestsPerMinute: 40 });
    let admitted = 0;
    const caller = async (): Promise<void> => {
      for (let decided = 0; decided < 10;) {
        const refusal = await client.chat.completions.create(hello).then(() => undefined, statusOf);
        assert.ok([undefined, 429, 503].includes(refusal));
        if (refusal === undefined) admitted += 1;
        if (refusal !== 503) decided += 1;
      }
    };
    await Promise.all(Array.from({ length: 16 }, caller));
    return admitted;
  }

  describe('limits over nodes', () => {
    it('are exact for two nodes, and for the four after --scale gateway=4', async () => {
      assert.equal(await admittedOfMany(), 40);
      await cluster().scaleTo(4);
      assert.equal(await admittedOfMany(), 40);
    });

    it('show in Prometheus, which finds all nodes by itself', async () => {
      const isSeen = async (): Promise<boolean> =>
        (await cluster().query('count(up{job="gateway"} == 1)')) === 4 &&
        (await cluster().query('sum(tollgate_requests_total{outcome="completed"})')) >= 80 &&
        (await cluster().query('sum(tollgate_admissions_total{decision="refused"})')) >= 240;
      await until('the metrics of four nodes', isSeen, { withinMs: 60_000 });
      const ofCommit = `tollgate_build_info{job="gateway",commit="${cluster().commit}"}`;
      assert.equal(await cluster().query(`count(${ofCommit})`), 4);
    });
  });
}

function statusOf(error: unknown): number {
  if (!(error instanceof OpenAI.APIError)) throw error;
  return Number(error.status);
}
