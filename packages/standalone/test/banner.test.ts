import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { banner } from '../src/banner.ts';

const facts = {
  publicPort: 18080,
  operatorPort: 18081,
  key: 'tg_live_example',
  keyNote: 'tenant demo',
  model: 'gpt-4o-mini',
  state: 'Redis',
  providers: 'the simulator',
};

/** The commands of the text, as a shell sees them when they are pasted. */
const pasted = (text: string) =>
  [...text.matchAll(/^ {2}curl (?:.*\\\n)*.*$/gm)].map(([command]) => {
    const { stdout } = spawnSync(
      'sh',
      ['-c', `curl() { for each in "$@"; do printf '%s\\n' "$each"; done; }\n${command}`],
      {
        encoding: 'utf8',
      },
    );
    return stdout.trimEnd().split('\n');
  });

test('both commands can be pasted into a shell: the second one streams', () => {
  const [plain = [], streamed = []] = pasted(banner(facts));
  assert.equal(plain[0], 'http://127.0.0.1:18080/v1/chat/completions');
  assert.equal(plain[2], 'Authorization: Bearer tg_live_example');
  assert.deepEqual(JSON.parse(plain.at(-1) ?? '').model, 'gpt-4o-mini');
  assert.equal(streamed[0], '-N');
  assert.equal(JSON.parse(streamed.at(-1) ?? '').stream, true);
});

test('it says where the metrics are, where state lives and who answers', () => {
  const text = banner(facts);
  for (const part of ['http://127.0.0.1:18081/metrics', 'state      Redis', 'providers  the simulator']) {
    assert.ok(text.includes(part), part);
  }
});

test('without a model there is nothing to paste, and it says so', () => {
  assert.deepEqual(pasted(banner({ ...facts, model: undefined })), []);
  assert.match(banner({ ...facts, model: undefined }), /has no model that this key may use/);
});
