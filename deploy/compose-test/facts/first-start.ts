import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cluster } from '../support/cluster.ts';
import { docker } from '../support/compose.ts';
import { hello } from '../support/hello.ts';

const published = ['haproxy', 'grafana'];

export function factsOfFirstStart(cluster: () => Cluster): void {
  describe('the first start', () => {
    it('prints how to make a key', async () => {
      const printed = await cluster().project.run('logs', 'secrets');
      assert.match(printed, /docker compose run --rm tollgate keys create --tenant acme/);
    });

    it('brings up two nodes and two aggregators, all of them healthy', async () => {
      for (const service of ['gateway', 'cost-aggregator']) {
        assert.equal((await cluster().project.containers(service)).length, 2, service);
        await cluster().untilHealthy(service);
      }
    });

    it('answers through the balancer, whole and streamed', async () => {
      const client = await cluster().newClient({ maxRetries: 3 });
      const answer = await client.chat.completions.create(hello);
      assert.match(answer.choices[0]?.message.content ?? '', /hi/);
      const stream = await client.chat.completions.create({ ...hello, stream: true });
      let text = '';
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
      assert.match(text, /hi/);
    });

    it('says which commit the image was built from', async () => {
      const health: unknown = await (await fetch(`${cluster().address}/healthz`)).json();
      assert.deepEqual(health, { status: 'ok', version: '0.1.0', commit: cluster().commit });
    });

    it('publishes the balancer and Grafana on loopback, and nothing else', async () => {
      const { project, services } = cluster();
      for (const service of services) {
        for (const container of await project.containers(service)) {
          const lines = (await docker('port', container)).split('\n').filter((line) => line !== '');
          assert.equal(lines.length, published.includes(service) ? 1 : 0, service);
          for (const line of lines) assert.match(line, / -> 127\.0\.0\.1:\d+$/, service);
        }
      }
    });
  });
}

export function factsOfImage(cluster: () => Cluster): void {
  const inNode = async (...words: readonly string[]): Promise<string> => {
    const [node = ''] = await cluster().project.containers('gateway');
    return docker('exec', node, ...words);
  };

  describe('the image', () => {
    it('runs as a user without rights, on a root file system that cannot be written', async () => {
      assert.equal(await inNode('id', '-u'), '1000');
      await assert.rejects(inNode('touch', '/app/written'), /Read-only file system/);
      await assert.rejects(inNode('touch', '/tmp/written'), /Read-only file system/);
    });

    it('holds the bundled processes and no package of npm', async () => {
      const held = (await inNode('ls', '/app')).split('\n');
      assert.deepEqual(held.toSorted(), ['LICENSE', 'bin', 'config.yaml', 'lua']);
    });

    it('ends in order at SIGTERM, as the first process of its container', async () => {
      for (const service of ['simulator', 'cost-aggregator']) {
        const [container = ''] = await cluster().project.containers(service);
        await docker('stop', '--time', '20', container);
        assert.equal(await docker('inspect', '--format', '{{.State.ExitCode}}', container), '0', service);
        await docker('start', container);
      }
    });
  });
}
