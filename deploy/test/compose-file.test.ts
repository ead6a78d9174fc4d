import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const namesIn = (text: string, pattern: RegExp): ReadonlySet<string> =>
  new Set([...text.matchAll(pattern)].map(([, name]) => String(name)));

const composeFile = read('docker-compose.yml');
const variables = namesIn(composeFile, /\$\{([A-Z0-9_]+)/g);

describe('docker-compose.yml', () => {
  it('reads no variable that .env.example lacks', () => {
    const named = namesIn(read('.env.example'), /^(?:# )?([A-Z][A-Z0-9_]+)=/gm);
    assert.deepEqual(
      [...variables].filter((name) => !named.has(name)),
      [],
    );
  });

  it('reads every variable that docs/deployment.md lists for it', () => {
    const listed = namesIn(read('docs/deployment.md'), /^\| `(TOLLGATE_[A-Z_]+)`/gm);
    assert.ok(listed.size > 5);
    assert.deepEqual(
      [...listed].filter((name) => !variables.has(name)),
      [],
    );
  });

  it('names every service that docs/deployment.md lists, and no other', () => {
    const services = /^services:\n(.*?)^networks:/ms.exec(composeFile)?.[1] ?? '';
    const listed = /^\| service .*?\n\n/ms.exec(read('docs/deployment.md'))?.[0] ?? '';
    assert.deepEqual(
      [...namesIn(services, /^ {2}([a-z-]+):$/gm)].toSorted(),
      [...namesIn(listed, /^\| `([a-z-]+)`/gm)].toSorted(),
    );
  });

  it('gives a node more time to stop than it takes', () => {
    const delay = Number(/TOLLGATE_DRAIN_DELAY_SECONDS: (\d+)/.exec(composeFile)?.[1]);
    const drain = Number(
      /`server\.drain_seconds` +\| whole number \| `(\d+)`/.exec(read('docs/configuration.md'))?.[1],
    );
    const grace = Number(/server\.drain_seconds and 5 s.*\n +stop_grace_period: (\d+)s/.exec(composeFile)?.[1]);
    assert.ok(grace > delay + drain + 5, `${grace} > ${delay} + ${drain} + 5`);
  });
});

describe('haproxy.cfg', () => {
  const balancer = read('deploy/haproxy/haproxy.cfg');

  it('waits longer than the longest call that config.yaml allows', () => {
    const total = Number(/total_ms: (\d+)/.exec(read('config.yaml'))?.[1]);
    for (const side of ['client', 'server']) {
      const seconds = Number(new RegExp(`timeout ${side} (\\d+)s`).exec(balancer)?.[1]);
      assert.ok(seconds * 1000 > total, side);
    }
  });

  it('never sends a request a second time', () => {
    assert.deepEqual(
      [...balancer.matchAll(/^ *retry-on (.*)$/gm)].map(([, reasons]) => reasons),
      ['conn-failure'],
    );
  });
});
