import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { directiveNames } from '../src/answer/directives.ts';
import { unpaced } from '../src/call/pacing.ts';
import { readEnvironment } from '../src/environment.ts';
import { faultCatalogue } from '../src/index.ts';
import { basePaths } from '../src/providers/base-paths.ts';
import { modelsLists, routes } from '../src/providers/routes.ts';
import { send, startFor } from './simulated-call.ts';

const document = readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');

/** The cells of the table whose head begins with that cell. */
function table(head: string): readonly (readonly string[])[] {
  const lines = document.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head} `));
  assert.notEqual(start, -1, `no table of ${head}`);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const bare = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

describe('docs/simulator.md', () => {
  test('lists every fault with its settings and what it does', () => {
    const listed = table('fault').map(([name, settings, about]) => [bare(name), bare(settings), about]);
    const known = [...faultCatalogue].map(([name, { parameters, about }]) => [name, parameters.join(', '), about]);
    assert.deepEqual(listed, known);
  });

  test('lists every directive', () => {
    const listed = table('directive').map(([name]) => /\[\[(\w+)/.exec(name ?? '')?.[1]);
    assert.deepEqual(listed, directiveNames);
  });

  test('lists every pacing setting with its default', () => {
    const listed = table('pacing setting').map(([name, value]) => [bare(name), Number(bare(value))]);
    assert.deepEqual(Object.fromEntries(listed), unpaced);
  });

  test('lists every call of the control API, and each is served', async (t) => {
    const simulator = await startFor(t);
    for (const [call] of table('call')) {
      const [method = '', path = ''] = bare(call).split(' ');
      assert.notEqual((await send(simulator, { method, path })).status, 404, call);
    }
    assert.equal(table('call').length, 11);
  });

  test('says where each provider is served', () => {
    const listed = table('`type` in config.yaml').map(([, base]) => new URL(bare(base)).pathname);
    assert.deepEqual(listed, Object.values(basePaths));
  });

  test('lists every path that is served, and what the ledger calls it', () => {
    const listed = table('path').flatMap(([path, name]) =>
      bare(path)
        .split(', ')
        .map((one) => `${one} ${bare(name)}`),
    );
    const served = routes.map(({ method, path, endpoint }) => `${method} ${path} ${endpoint.name}`);
    const models = [...modelsLists.keys()].map((path) => `${path} -`);
    assert.deepEqual(listed.toSorted(), [...served, ...models].toSorted());
  });

  test('names the variables that are read, with their defaults', () => {
    const defaults = readEnvironment({});
    const listed = Object.fromEntries(table('environment').map(([name, value]) => [bare(name), bare(value)]));
    assert.deepEqual(listed, {
      PORT: String(defaults.port),
      TOLLGATE_SIMULATOR_HOST: defaults.host,
      TOLLGATE_SIMULATOR_TRANSCRIPTS: defaults.transcriptsFolder ?? 'none',
    });
  });
});
