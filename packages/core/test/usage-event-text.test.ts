import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usageEventSchema, usageEventText, type UsageEvent } from '../src/index.ts';

const usage = {
  input_uncached: 12,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  input_audio: 0,
  output: 5,
  reasoning: 0,
  output_audio: 0,
  images: 0,
  units: 3,
};

const event: UsageEvent = {
  schema: 1,
  type: 'call',
  id: 'req_1',
  tenant: 'acme',
  key_id: '00abc',
  scope_id: 'key',
  tier: 'pro',
  endpoint: 'chat_completions',
  model: 'a "quoted" model',
  stream: false,
  outcome: 'completed',
  error_code: null,
  attempts: [
    {
      provider: 'openai',
      provider_model: 'gpt-4o-mini',
      credential: 'default',
      result: 'answered',
      usage,
      cost_nano_usd: '17',
      cost_source: 'computed',
      computed_nano_usd: '17',
      reported_nano_usd: null,
      price_id: 'abc',
    },
  ],
  usage,
  cost_nano_usd: '17',
  estimated: false,
  tags: { team: 'search' },
  started_at_ms: 1_700_000_000_000,
  duration_ms: 12,
};

test('an event that fits is written as its schema reads it', () => {
  assert.deepEqual(usageEventSchema.parse(JSON.parse(usageEventText(event))), event);
  const [attempt] = event.attempts;
  assert.ok(attempt);
  const another = { ...attempt, usage: { ...usage, output: 6 } };
  const both = { ...event, attempts: [attempt, another], usage: { ...usage, output: 11 } };
  assert.deepEqual(usageEventSchema.parse(JSON.parse(usageEventText(both))), both);
});

/** Each number and amount of the event, by the way to it, with what it must not be. */
function misfits(
  value: unknown,
  path: readonly (string | number)[] = [],
): { path: readonly (string | number)[]; bad: unknown }[] {
  if (typeof value === 'number' && path.at(-1) !== 'schema') {
    return [-1, 1.5, NaN, Infinity].map((bad) => ({ path, bad }));
  }
  if (typeof value === 'string' && String(path.at(-1)).endsWith('nano_usd')) {
    return ['1.5', '', 'NaN'].map((bad) => ({ path, bad }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    misfits(member, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

const replaced = (value: unknown, [name, ...rest]: readonly (string | number)[], by: unknown): unknown => {
  if (name === undefined) return by;
  if (Array.isArray(value))
    return value.map((member: unknown, index) => (index === name ? replaced(member, rest, by) : member));
  const members = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(members.map(([of, member]) => [of, of === name ? replaced(member, rest, by) : member]));
};

test('what the schema refuses of numbers and amounts is not written', () => {
  const all = misfits(event);
  assert.ok(all.length > 90);
  for (const { path, bad } of all) {
    const spoiled = replaced(event, path, bad) as UsageEvent;
    if (usageEventSchema.safeParse(spoiled).success) continue;
    assert.throws(() => usageEventText(spoiled), TypeError, `${path.join('.')} = ${String(bad)}`);
  }
});
