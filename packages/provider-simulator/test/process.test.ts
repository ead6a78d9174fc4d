import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function run(t: TestContext, environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [main], { env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

describe('the simulator as a process', () => {
  test('it says where it listens, answers there and ends at SIGTERM', async (t) => {
    const child = run(t, { PORT: '0' });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const url = /listens at (http:\S+)/.exec(line.toString('utf8'))?.[1];
    assert.ok(url !== undefined);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  test('a wrong variable is named and stops the start', async (t) => {
    const child = run(t, { PORT: 'many' });
    const said: Buffer[] = [];
    child.stderr.on('data', (piece: Buffer) => said.push(piece));
    const [code] = await once(child, 'exit');
    assert.notEqual(code, 0);
    assert.match(Buffer.concat(said).toString('utf8'), /PORT/);
  });
});
