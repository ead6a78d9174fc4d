import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfigText } from '../src/check-config.ts';
import { resolveRoute, type Config } from '../src/index.ts';

function load(models: string): Config {
  const { config, problems } = checkConfigText(
    `providers:\n  a: { type: openai, api_key: "\${KEY}" }\n  b: { type: openai, api_key: "\${NONE:-}" }\nmodels:\n${models}`,
    { KEY: 'k' },
  );
  assert.deepEqual(problems, []);
  assert.ok(config);
  return config;
}

const config = load(`
  gpt-4o: { targets: [{ provider: a, model: gpt-4o-2024-11-20, weight: 3 }] }
  "a/*": { targets: [{ provider: a, model: "*" }] }
  "a/ft:*": { targets: [{ provider: a, model: "org/*-tuned" }] }
  "*-mini": { targets: [{ provider: a, model: gpt-4o-mini }] }
  "b/*": { targets: [{ provider: b, model: "*" }] }
`);

const modelOf = (model: string): string | undefined => resolveRoute(config, model)?.targets[0]?.providerModel;

test('an exact name has its own route', () => {
  assert.deepEqual(resolveRoute(config, 'gpt-4o'), {
    label: 'gpt-4o',
    targets: [{ provider: 'a', providerModel: 'gpt-4o-2024-11-20', weight: 3 }],
  });
});

test('what the star matched stands in for the star of the target, and the label is `other`', () => {
  assert.equal(modelOf('a/gpt-5'), 'gpt-5');
  assert.equal(modelOf('a/x/y*z'), 'x/y*z');
  assert.equal(modelOf('phi-mini'), 'gpt-4o-mini');
  assert.equal(resolveRoute(config, 'a/gpt-5')?.label, 'other');
});

test('the longest pattern that covers a name wins, whatever the order in the file', () => {
  assert.equal(modelOf('a/ft:mine'), 'org/mine-tuned');
  assert.equal(modelOf('a/tiny-mini'), 'gpt-4o-mini');
});

test('a star stands for at least one character', () => {
  assert.equal(resolveRoute(config, 'a/'), undefined);
  assert.equal(resolveRoute(config, '-mini'), undefined);
});

test('dollar signs in a name are substituted as they are', () => {
  assert.equal(modelOf("a/$&-$'-$1"), "$&-$'-$1");
});

test('a name that no route has is told apart from one that has no usable target', () => {
  assert.equal(resolveRoute(config, 'nothing'), undefined);
  assert.equal(resolveRoute(config, 'toString'), undefined);
  assert.deepEqual(resolveRoute(config, 'b/gpt-5'), { label: 'other', targets: [] });
});
