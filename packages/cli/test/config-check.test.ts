import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runTollgate, workingDirectory } from './run-tollgate.ts';

const good = `
version: 1
providers:
  local: { type: openai-compatible, base_url: "http://127.0.0.1:11434/v1" }
models:
  llama3: { targets: [ { provider: local, model: llama3 } ] }
tiers:
  free: { requests_per_minute: 20, models: [llama3] }
`;

test('a config that would start is in order', async (t) => {
  const directory = await workingDirectory(t, { 'config.yaml': good });
  const path = join(directory, 'config.yaml');
  const { exitCode, output } = await runTollgate(directory, {}, 'config', 'check', path);
  assert.equal(exitCode, 0, output);
  assert.match(output, /config\.yaml is in order\.\n$/);
});

test('a config that would not start is refused with every problem, its line and what to write', async (t) => {
  const bad = good.replace('requests_per_minute', 'request_per_minute').replace('provider: local', 'provider: lokal');
  const directory = await workingDirectory(t, { 'other.yaml': bad });
  const path = join(directory, 'other.yaml');
  const checked = await runTollgate(directory, { TOLLGATE_CONFIG: path }, 'config', 'check');
  assert.equal(checked.exitCode, 1);
  assert.match(checked.output, /other\.yaml:8: .*requests_per_minute/);
  assert.match(checked.output, /other\.yaml has \d problems?\.\n$/);

  const asJson = await runTollgate(directory, { TOLLGATE_CONFIG: path }, 'config', 'check', '--json');
  assert.equal(asJson.exitCode, 1);
  const { ok, problems } = asJson.json() as { ok: boolean; problems: readonly { line: number }[] };
  assert.equal(ok, false);
  assert.equal(problems[0]?.line, 8);
});

test('a config that is not there is named', async (t) => {
  const directory = await workingDirectory(t);
  const { exitCode, output } = await runTollgate(directory, {}, 'config', 'check', join(directory, 'none.yaml'));
  assert.equal(exitCode, 1);
  assert.match(output, /none\.yaml: cannot be read \(ENOENT\)/);
});
