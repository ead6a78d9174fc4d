import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mintGatewayKey, Secret } from '@tollgate/core';
import { createLogger, type LogFields, type RequestLine } from '../src/index.ts';
import { mayHoldCredential, redactText } from '../src/log/redact.ts';
import { collectingStream } from './collecting-stream.ts';
import { exampleLine } from './example-line.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
const opaque = fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength: 20, maxLength: 60 });

/** A secret, and text that gives it away as one. */
const exposed = fc.oneof(
  fc.constant('17').map((shard) => {
    const { text } = mintGatewayKey(shard);
    return { secret: text, text };
  }),
  opaque.map((rest) => ({ secret: `sk-${rest}`, text: `sk-${rest}` })),
  opaque.map((rest) => ({ secret: `sk-ant-api03-${rest}`, text: `sk-ant-api03-${rest}` })),
  opaque.map((secret) => ({ secret, text: `Bearer ${secret}` })),
  opaque.map((secret) => ({ secret, text: `authorization: Basic ${secret}` })),
  opaque.map((secret) => ({ secret, text: `x-api-key: ${secret}` })),
  opaque.map((secret) => ({ secret, text: JSON.stringify({ 'X-Api-Key': secret }) })),
  opaque.map((secret) => ({ secret, text: `https://provider.example/v1?alt=sse&key=${secret}` })),
);

/** What may stand around it: anything but a letter that would make it part of a word. */
const before = fc.string({ maxLength: 20 }).map((text) => text.replace(/[A-Za-z]$/, ' '));
const after = fc.constantFrom('', ' and more', '"', '\n', ', then', "'");

const exposures: Readonly<Record<string, (text: string) => { msg?: string; fields?: LogFields; line?: RequestLine }>> =
  {
    'a message': (text) => ({ msg: text }),
    'a field': (text) => ({ fields: { detail: text } }),
    'the name of a field': (text) => ({ fields: { [`x ${text}`]: 1 } }),
    'a nested field': (text) => ({ fields: { list: [{ inner: [text] }] } }),
    'an error': (text) => ({ fields: { error: new Error(text) } }),
    'the cause of an error': (text) => ({ fields: { error: new Error('failed', { cause: new TypeError(text) }) } }),
    'one of several errors': (text) => ({ fields: { error: new AggregateError([new Error(text)], 'all failed') } }),
    'the model of a request': (text) => ({ line: { ...exampleLine, model: text } }),
    'a tag of a request': (text) => ({ line: { ...exampleLine, tags: { team: text } } }),
  };

for (const [place, expose] of Object.entries(exposures)) {
  test(`no credential survives in ${place}, whatever stands around it`, async () => {
    await fc.assert(
      fc.asyncProperty(exposed, before, after, async ({ secret, text }, start, end) => {
        const { stream, text: written } = collectingStream();
        const logger = createLogger({ level: 'debug', stream });
        const { msg, fields, line } = expose(start + text + end);
        if (line === undefined) logger.warn(msg ?? 'event', fields);
        else logger.logRequest(line);
        await logger.close();
        const output = written();
        assert.ok(!output.includes(secret), output);
        assert.doesNotThrow(() => JSON.parse(output));
      }),
      { numRuns: 100 },
    );
  });
}

test('the quick test of a line is never wrongly false', () => {
  fc.assert(
    fc.property(fc.string(), exposed, fc.string(), (start, { text }, end) => {
      const value = start + text + end;
      if (redactText(value) !== value) assert.ok(mayHoldCredential(JSON.stringify({ value })));
    }),
  );
});

test('words that contain "sk-" stay as they are', () => {
  const text = 'helpdesk-team-production asked the task-force-planning model';
  assert.equal(redactText(text), text);
});

test('a credential is redacted by what it is, by its field, and only itself', async () => {
  const { stream, text } = collectingStream();
  const logger = createLogger({ level: 'info', stream });
  logger.info('start', { key: new Secret('hunter2'), 'x-api-key': 'short', tenant: 'acme', authorization: null });
  await logger.close();
  const { time, ...rest } = JSON.parse(text()) as Record<string, unknown>;
  assert.equal(typeof time, 'string');
  assert.deepEqual(rest, {
    level: 'info',
    msg: 'start',
    key: '[redacted]',
    'x-api-key': '[redacted]',
    tenant: 'acme',
    authorization: null,
  });
});

test('an error is logged with its causes and places, and without what libraries hang on it', async () => {
  const { stream, text } = collectingStream();
  const logger = createLogger({ level: 'info', stream });
  const cause = Object.assign(new Error('ECONNREFUSED'), { code: 'ECONNREFUSED', body: 'the prompt' });
  logger.error('failed', { error: new Error('no answer', { cause }) });
  await logger.close();
  const { error } = JSON.parse(text()) as { error: Record<string, unknown> };
  assert.deepEqual(error['cause'], { name: 'Error', message: 'ECONNREFUSED', code: 'ECONNREFUSED' });
  assert.match(JSON.stringify(error['stack']), /redact\.test\.ts/);
  assert.ok(!text().includes('the prompt'));
});
