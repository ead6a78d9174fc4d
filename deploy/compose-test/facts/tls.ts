import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { describe, it } from 'node:test';
import { makeCertificate } from '../support/certificate.ts';
import type { Cluster } from '../support/cluster.ts';
import { until } from '../support/until.ts';

/** The balancer speaks TLS from then on: these come last. */
export function factsOfTls(cluster: () => Cluster): void {
  describe('with a certificate', () => {
    it('the balancer speaks TLS on its port, and nothing else', async (t) => {
      const { certificate, pemPath, remove } = makeCertificate();
      t.after(remove);
      await cluster().project.with({ TOLLGATE_TLS_PEM: pemPath }).run('up', '-d', '--no-deps', 'haproxy');
      const isAnswered = async (): Promise<boolean> => {
        const address = { host: '127.0.0.1', port: cluster().port, path: '/healthz' };
        const request = get({ ...address, servername: 'localhost', ca: certificate });
        const [response]: IncomingMessage[] = await once(request, 'response');
        response?.resume();
        return response?.statusCode === 200;
      };
      await until('an answer over TLS', isAnswered, { withinMs: 30_000 });
      await assert.rejects(fetch(`${cluster().address}/healthz`));
    });
  });
}
