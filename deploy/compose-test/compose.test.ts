import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import OpenAI from 'openai';
import { provideBaseImages } from './support/base-images.ts';
import { ComposeProject, docker } from './support/compose.ts';
import { underSteadyLoad, type Failure } from './support/steady-load.ts';
import { until } from './support/until.ts';

const commit = `test-${randomBytes(4).toString('hex')}`;
const port = await freePort();
const project = new ComposeProject(`tollgate-test-${randomBytes(3).toString('hex')}`, {
  TOLLGATE_PORT: String(port),
  TOLLGATE_GRAFANA_PORT: '0',
  TOLLGATE_EDGE_SUBNET: `10.${randomInt(100, 250)}.${randomInt(250)}.0/24`,
  TOLLGATE_COMMIT: commit,
  OPENROUTER_API_KEY: '',
  OPENAI_API_KEY: '',
  OPENAI_API_KEY_2: '',
  ANTHROPIC_API_KEY: '',
});
const address = `http://127.0.0.1:${port}`;
/** Of one node, from SIGTERM to being healthy again. */
const restartMs = 60_000;
let services: readonly string[] = [];

before(async () => {
  services = await provideBaseImages(project);
  await project.run('build', 'gateway');
  await project.run('up', '-d', ...services);
  await until('two nodes are up', () => nodesUp(2), { withinMs: 60_000 });
  await project.tollgate('tenants', 'create', 'acme', '--tier', 'pro', '--rpm', '1000000', '--concurrency', '1000');
});

after(async () => {
  if (process.exitCode !== undefined && process.exitCode !== 0)
    console.error(await project.run('logs', '--tail', '50'));
  await project.remove();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const found = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof found === 'object' && found !== null);
  return found.port;
}

/** Whether the balancer sends requests to exactly so many nodes. */
async function nodesUp(count: number): Promise<boolean> {
  const metrics = await project.fetchInside('http://haproxy:8404/metrics');
  return metrics.includes(`haproxy_backend_agg_server_status{proxy="nodes",state="UP"} ${count}\n`);
}

async function allHealthy(): Promise<boolean> {
  const nodes = await project.containers('gateway');
  const health = await docker('inspect', '--format', '{{.State.Health.Status}}', ...nodes);
  return health.split('\n').every((status) => status === 'healthy');
}

/** A client with a key of its own, which never tries again by itself. */
async function newClient(...flags: readonly string[]): Promise<OpenAI> {
  const generous = ['--rpm', '1000000', '--tpm', '1000000000', '--concurrency', '1000'];
  const made: unknown = JSON.parse(
    await project.tollgate('keys', 'create', '--tenant', 'acme', '--json', ...(flags.length === 0 ? generous : flags)),
  );
  assert.ok(typeof made === 'object' && made !== null && 'key' in made && typeof made.key === 'string');
  return new OpenAI({ baseURL: `${address}/v1`, apiKey: made.key, maxRetries: 0, timeout: 30_000 });
}

const hello = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };

/**
 * How many of 160 requests, 16 at once, a key of 40 a minute gets admitted. One that found Redis slower than
 * redis.timeout_ms, as may happen on a busy machine, is tried again.
 */
async function admittedOfMany(): Promise<number> {
  const client = await newClient('--rpm', '40', '--tpm', '1000000000', '--concurrency', '1000');
  let admitted = 0;
  const caller = async (): Promise<void> => {
    for (let tries = 0; tries < 10; tries += 1) {
      const refusal = await client.chat.completions.create(hello).then(() => undefined, statusOf);
      if (refusal === undefined) admitted += 1;
      else assert.ok(refusal === 429 || refusal === 503, 'neither the limit nor a slow Redis');
      if (refusal === 503) tries -= 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  return admitted;
}

const statusOf = (error: unknown): unknown => (error instanceof OpenAI.APIError ? error.status : error);

/** The value of a query that gives one number; NaN where it gives none. */
async function query(expression: string): Promise<number> {
  const answer = await project.fetchInside(
    `http://prometheus:9090/api/v1/query?query=${encodeURIComponent(expression)}`,
  );
  return Number(/"value":\[[\d.]+,"([^"]+)"\]/.exec(answer)?.[1]);
}

/** Fails where a request got no answer for another reason than that Redis was slower than redis.timeout_ms. */
function assertNoneLost(failures: readonly Failure[]): void {
  const lost = failures.filter(({ status, retryAfter }) => status !== 503 || retryAfter === undefined);
  assert.equal(lost.length, 0, JSON.stringify(lost.slice(0, 5), null, 2));
}

describe('the first start', () => {
  it('prints how to make a key', async () => {
    assert.match(await project.run('logs', 'secrets'), /docker compose run --rm tollgate keys create --tenant acme/);
  });

  it('answers through the balancer, whole and streamed', async () => {
    const client = await newClient();
    const answer = await client.chat.completions.create(hello);
    assert.match(answer.choices[0]?.message.content ?? '', /hi/);
    const stream = await client.chat.completions.create({ ...hello, stream: true });
    let text = '';
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    assert.match(text, /hi/);
  });

  it('says which commit the image was built from', async () => {
    const health: unknown = await (await fetch(`${address}/healthz`)).json();
    assert.deepEqual(health, { status: 'ok', version: '0.1.0', commit });
  });

  it('publishes the balancer on loopback alone, and neither Redis nor operator ports', async () => {
    for (const service of services.filter((each) => each !== 'secrets')) {
      for (const container of await project.containers(service)) {
        const published = await docker('port', container);
        const expected = service === 'haproxy' ? `8080/tcp -> 127.0.0.1:${port}` : '';
        assert.equal(published.replace(/^3000.*$/m, ''), service === 'grafana' ? '' : expected, service);
      }
    }
  });
});

describe('the image', () => {
  const inNode = (...words: readonly string[]) => project.run('exec', '-T', 'gateway', ...words);

  it('runs as a user without rights, on a root file system that cannot be written', async () => {
    assert.equal((await inNode('id', '-u')).trim(), '1000');
    await assert.rejects(inNode('touch', '/app/written'), /Read-only file system/);
    await assert.rejects(inNode('touch', '/tmp/written'), /Read-only file system/);
  });

  it('holds the bundled processes and no package of npm', async () => {
    assert.deepEqual((await inNode('ls', '/app')).trim().split('\n').toSorted(), [
      'LICENSE',
      'bin',
      'config.yaml',
      'lua',
    ]);
  });

  it('ends in order at SIGTERM, as the first process of its container', async () => {
    const [container = ''] = await project.containers('simulator');
    await docker('stop', '--time', '20', container);
    assert.equal(await docker('inspect', '--format', '{{.State.ExitCode}}', container), '0');
    await docker('start', container);
  });
});

describe('limits over nodes', () => {
  it('are exact for two nodes, and for the four after --scale gateway=4', async () => {
    assert.equal(await admittedOfMany(), 40);
    await project.run('up', '-d', '--no-recreate', '--scale', 'gateway=4', ...services);
    await until('four nodes are up', () => nodesUp(4), { withinMs: 60_000 });
    assert.equal(await admittedOfMany(), 40);
  });

  it('show in Prometheus, which finds all nodes by itself', async () => {
    const seen = async (): Promise<boolean> =>
      (await query('count(up{job="gateway"} == 1)')) === 4 &&
      (await query('sum(tollgate_requests_total{outcome="completed"})')) >= 80 &&
      (await query('count(sum by (instance) (tollgate_requests_total) > 0)')) === 4;
    await until('the metrics of four nodes', seen, { withinMs: 60_000 });
    assert.equal(await query(`count(tollgate_build_info{commit="${commit}"})`), 4);
  });
});

describe('under steady load', () => {
  it('a node that is killed takes down only what it had in hand', async () => {
    let deadAtMs = Infinity;
    const { answered, failures } = await underSteadyLoad(await newClient(), async () => {
      const [victim = ''] = await project.containers('gateway');
      await docker('kill', '--signal', 'KILL', victim);
      deadAtMs = Date.now();
      await until('the balancer has noticed', () => nodesUp(3), { withinMs: 10_000 });
      await docker('start', victim);
      await until('four nodes are up again', () => nodesUp(4), { withinMs: restartMs });
    });
    assert.ok(answered > 20, `${answered} answered`);
    assertNoneLost(failures.filter(({ beganAtMs }) => beganAtMs > deadAtMs));
  });

  it('all nodes are replaced, one after the other, and no request is lost', async () => {
    const { answered, failures } = await underSteadyLoad(await newClient(), async () => {
      for (const node of await project.containers('gateway')) {
        await docker('stop', '--time', '45', node);
        await docker('rm', node);
        await project.run('up', '-d', '--no-deps', '--no-recreate', '--scale', 'gateway=4', 'gateway');
        await until('the new node is healthy', allHealthy, { withinMs: restartMs });
        await until('the balancer has all four nodes', () => nodesUp(4), { withinMs: restartMs });
      }
    });
    assert.ok(answered > 100, `${answered} answered`);
    assertNoneLost(failures);
  });

  it('scaling down loses no request', async () => {
    const { failures } = await underSteadyLoad(await newClient(), async () => {
      await project.run('up', '-d', '--no-recreate', '--scale', 'gateway=2', ...services);
      await until('two nodes are up', () => nodesUp(2), { withinMs: restartMs });
    });
    assertNoneLost(failures);
  });

  it('a restart of Redis refuses with 503 and Retry-After at most, and nodes and keys come through it', async () => {
    const client = await newClient();
    const isAnswered = async (): Promise<boolean> => {
      await client.chat.completions.create(hello);
      return true;
    };
    const { failures } = await underSteadyLoad(client, async () => {
      await project.run('restart', 'redis');
      await until('calls are answered again', isAnswered, { withinMs: 30_000 });
    });
    assertNoneLost(failures);
    assert.ok(await isAnswered());
  });
});
