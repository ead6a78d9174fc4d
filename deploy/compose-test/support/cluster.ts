import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import OpenAI from 'openai';
import { provideBaseImages } from './base-images.ts';
import { ComposeProject, docker } from './compose.ts';
import { until } from './until.ts';

/** docker-compose.yml as it is, with two nodes up, on ports and a network of its own. */
export class Cluster {
  readonly project: ComposeProject;
  /** Those that were started. */
  readonly services: readonly string[];
  readonly port: number;
  readonly commit: string;

  constructor(parts: Pick<Cluster, 'project' | 'services' | 'port' | 'commit'>) {
    this.project = parts.project;
    this.services = parts.services;
    this.port = parts.port;
    this.commit = parts.commit;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves once the balancer sends requests to exactly so many nodes. */
  async untilNodesUp(count: number): Promise<void> {
    const wanted = `haproxy_backend_agg_server_status{proxy="nodes",state="UP"} ${count}\n`;
    const isSo = async (): Promise<boolean> =>
      (await this.project.fetchInside('http://haproxy:8404/metrics')).includes(wanted);
    await until(`${count} nodes are up`, isSo, { withinMs: 60_000 });
  }

  /** Resolves once Docker finds all containers of a service healthy. */
  async untilHealthy(service: string): Promise<void> {
    const isSo = async (): Promise<boolean> => {
      const containers = await this.project.containers(service);
      const health = await docker('inspect', '--format', '{{.State.Health.Status}}', ...containers);
      return health.split('\n').every((status) => status === 'healthy');
    };
    await until(`${service} is healthy`, isSo, { withinMs: 60_000 });
  }

  /** Goes on with so many nodes. */
  async scaleTo(count: number): Promise<void> {
    await this.project.run('up', '-d', '--no-deps', '--no-recreate', '--scale', `gateway=${count}`, 'gateway');
    await this.untilNodesUp(count);
  }

  /** A tenant whose limits are none that a test could meet. Its budget is the tier's, a hard one, unless it is soft. */
  async createTenant(name: string, { soft = false } = {}): Promise<void> {
    const limits = ['--rpm', '1000000', '--tpm', '1000000000', '--concurrency', '1000'];
    await this.project.tollgate('tenants', 'create', name, '--tier', 'pro', ...limits, ...budgetWords(soft));
  }

  /** A client with a key of its own. It tries nothing again by itself unless told so. */
  async newClient({
    tenant = 'acme',
    soft = false,
    requestsPerMinute = 1_000_000,
    maxRetries = 0,
  } = {}): Promise<OpenAI> {
    const limits = ['--rpm', String(requestsPerMinute), '--tpm', '1000000000', '--concurrency', '1000'];
    const made: unknown = JSON.parse(
      await this.project.tollgate('keys', 'create', '--tenant', tenant, '--json', ...limits, ...budgetWords(soft)),
    );
    assert.ok(typeof made === 'object' && made !== null && 'key' in made && typeof made.key === 'string');
    return new OpenAI({ baseURL: `${this.address}/v1`, apiKey: made.key, maxRetries, timeout: 30_000 });
  }

  /** The value of a query of Prometheus that gives one number; NaN where it gives none. */
  async query(expression: string): Promise<number> {
    const answer = await this.project.fetchInside(
      `http://prometheus:9090/api/v1/query?query=${encodeURIComponent(expression)}`,
    );
    return Number(/"value":\[[\d.]+,"([^"]+)"\]/.exec(answer)?.[1]);
  }
}

const budgetWords = (soft: boolean): readonly string[] => (soft ? ['--budget', '1000000/month', '--soft'] : []);

/** Builds the image and starts the file. Whatever fails, nothing of it stays. */
export async function startCluster(): Promise<Cluster> {
  const [port, commit] = [await freePort(), `test-${randomBytes(4).toString('hex')}`];
  const project = new ComposeProject(`tollgate-test-${randomBytes(3).toString('hex')}`, {
    TOLLGATE_PORT: String(port),
    TOLLGATE_GRAFANA_PORT: '0',
    TOLLGATE_EDGE_SUBNET: `10.${randomInt(100, 250)}.${randomInt(250)}.0/24`,
    TOLLGATE_COMMIT: commit,
    // Two busy cores are slow, and limits are exact only while Redis is waited for.
    TOLLGATE_REDIS_TIMEOUT_MS: '5000',
    OPENROUTER_API_KEY: '',
    OPENAI_API_KEY: '',
    OPENAI_API_KEY_2: '',
    ANTHROPIC_API_KEY: '',
  });
  const services = await provideBaseImages(project);
  const cluster = new Cluster({ project, services, port, commit });
  try {
    await project.run('build', 'gateway');
    await project.run('up', '-d', ...services);
    await cluster.untilNodesUp(2);
    await cluster.createTenant('acme');
  } catch (error) {
    console.error(await project.run('logs', '--tail', '50'));
    await project.remove();
    throw error;
  }
  return cluster;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const found = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof found === 'object' && found !== null);
  return found.port;
}
