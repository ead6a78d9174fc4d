import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { after, before, describe, it } from 'node:test';
import OpenAI from 'openai';
import { makeCertificate } from './support/certificate.ts';
import { startCluster, type Cluster } from './support/cluster.ts';
import { docker } from './support/compose.ts';
import { underSteadyLoad, type Failure } from './support/steady-load.ts';
import { until } from './support/until.ts';

let cluster: Cluster;

before(async () => {
  cluster = await startCluster();
});

after(() => cluster.project.remove());

const hello = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };

describe('the first start', () => {
  it('prints how to make a key', async () => {
    const printed = await cluster.project.run('logs', 'secrets');
    assert.match(printed, /docker compose run --rm tollgate keys create --tenant acme/);
  });

  it('answers through the balancer, whole and streamed', async () => {
    const client = await cluster.newClient({ maxRetries: 3 });
    const answer = await client.chat.completions.create(hello);
    assert.match(answer.choices[0]?.message.content ?? '', /hi/);
    const stream = await client.chat.completions.create({ ...hello, stream: true });
    let text = '';
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    assert.match(text, /hi/);
  });

  it('says which commit the image was built from', async () => {
    const health: unknown = await (await fetch(`${cluster.address}/healthz`)).json();
    assert.deepEqual(health, { status: 'ok', version: '0.1.0', commit: cluster.commit });
  });

  it('publishes the balancer and Grafana on loopback, and nothing else', async () => {
    for (const service of cluster.services) {
      for (const container of await cluster.project.containers(service)) {
        const published = (await docker('port', container)).split('\n').filter((line) => line !== '');
        assert.equal(published.length, ['haproxy', 'grafana'].includes(service) ? 1 : 0, service);
        for (const line of published) assert.match(line, / -> 127\.0\.0\.1:\d+$/, service);
      }
    }
  });
});

describe('the image', () => {
  const inNode = (...words: readonly string[]) => cluster.project.run('exec', '-T', 'gateway', ...words);

  it('runs as a user without rights, on a root file system that cannot be written', async () => {
    assert.equal((await inNode('id', '-u')).trim(), '1000');
    await assert.rejects(inNode('touch', '/app/written'), /Read-only file system/);
    await assert.rejects(inNode('touch', '/tmp/written'), /Read-only file system/);
  });

  it('holds the bundled processes and no package of npm', async () => {
    const held = (await inNode('ls', '/app')).trim().split('\n');
    assert.deepEqual(held.toSorted(), ['LICENSE', 'bin', 'config.yaml', 'lua']);
  });

  it('ends in order at SIGTERM, as the first process of its container', async () => {
    const [container = ''] = await cluster.project.containers('simulator');
    await docker('stop', '--time', '20', container);
    assert.equal(await docker('inspect', '--format', '{{.State.ExitCode}}', container), '0');
    await docker('start', container);
  });
});

describe('limits over nodes', () => {
  /**
   * How many of 160 requests, 16 at once, a key of 40 a minute gets admitted. One that found Redis slower than
   * redis.timeout_ms, as may happen on a busy machine, is tried again.
   */
  async function admittedOfMany(): Promise<number> {
    const client = await cluster.newClient({ requestsPerMinute: 40 });
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

  function statusOf(error: unknown): number {
    if (!(error instanceof OpenAI.APIError)) throw error;
    return Number(error.status);
  }

  it('are exact for two nodes, and for the four after --scale gateway=4', async () => {
    assert.equal(await admittedOfMany(), 40);
    await cluster.scaleTo(4);
    assert.equal(await admittedOfMany(), 40);
  });

  it('show in Prometheus, which finds all nodes by itself', async () => {
    const isSeen = async (): Promise<boolean> =>
      (await cluster.query('count(up{job="gateway"} == 1)')) === 4 &&
      (await cluster.query('sum(tollgate_requests_total{outcome="completed"})')) >= 80 &&
      (await cluster.query('sum(tollgate_admissions_total{decision="refused"})')) >= 240;
    await until('the metrics of four nodes', isSeen, { withinMs: 60_000 });
    assert.equal(await cluster.query(`count(tollgate_build_info{commit="${cluster.commit}"})`), 4);
  });
});

/** Fails where a request got no answer for another reason than that Redis was slower than redis.timeout_ms. */
function assertNoneLost(failures: readonly Failure[]): void {
  const lost = failures.filter(({ status, retryAfter }) => status !== 503 || retryAfter === undefined);
  assert.equal(lost.length, 0, JSON.stringify(lost.slice(0, 5), null, 2));
}

describe('under steady load', () => {
  it('a node that is killed takes down only what it had in hand', async () => {
    let deadAtMs = Infinity;
    const { answered, failures } = await underSteadyLoad(await cluster.newClient(), async () => {
      const [victim = ''] = await cluster.project.containers('gateway');
      await docker('kill', '--signal', 'KILL', victim);
      deadAtMs = Date.now();
      await cluster.untilNodesUp(3);
      await docker('start', victim);
      await cluster.untilNodesUp(4);
    });
    assert.ok(answered > 20, `${answered} answered`);
    assertNoneLost(failures.filter(({ beganAtMs }) => beganAtMs > deadAtMs));
  });

  it('all nodes are replaced, one after the other, and no request is lost', async () => {
    const { answered, failures } = await underSteadyLoad(await cluster.newClient(), async () => {
      for (const node of await cluster.project.containers('gateway')) {
        await docker('stop', '--time', '45', node);
        await docker('rm', node);
        await cluster.scaleTo(4);
        await cluster.untilHealthy();
      }
    });
    assert.ok(answered > 100, `${answered} answered`);
    assertNoneLost(failures);
  });

  it('scaling down loses no request', async () => {
    const { failures } = await underSteadyLoad(await cluster.newClient(), () => cluster.scaleTo(2));
    assertNoneLost(failures);
  });

  it('a restart of Redis refuses with 503 and Retry-After at most, and nodes and keys come through it', async () => {
    const client = await cluster.newClient();
    const isAnswered = async (): Promise<boolean> => {
      await client.chat.completions.create(hello);
      return true;
    };
    const { failures } = await underSteadyLoad(client, async () => {
      await cluster.project.run('restart', 'redis');
      // Hard budgets stay closed for a lease, until every node has said what it had in flight.
      await until('calls are answered again', isAnswered, { withinMs: 120_000 });
    });
    assertNoneLost(failures);
  });
});

describe('with a certificate', () => {
  it('the balancer speaks TLS on its port, and nothing else', async (t) => {
    const { certificate, pemPath, remove } = makeCertificate();
    t.after(remove);
    await cluster.project.with({ TOLLGATE_TLS_PEM: pemPath }).run('up', '-d', '--no-deps', 'haproxy');
    const isAnswered = async (): Promise<boolean> => {
      const address = { host: '127.0.0.1', port: cluster.port, path: '/healthz' };
      const request = get({ ...address, servername: 'localhost', ca: certificate });
      const [response]: IncomingMessage[] = await once(request, 'response');
      response?.resume();
      return response?.statusCode === 200;
    };
    await until('an answer over TLS', isAnswered, { withinMs: 30_000 });
    await assert.rejects(fetch(`${cluster.address}/healthz`));
  });
});
