import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otlpJson } from '../../src/tracing/otlp-json.ts';

test('times keep their nanoseconds, integers are text, and what is undefined is left out', () => {
  const written: unknown = JSON.parse(
    otlpJson(
      [
        {
          traceId: 'a'.repeat(32),
          spanId: 'b'.repeat(16),
          parentSpanId: undefined,
          name: 'chat m',
          kind: 'client',
          startedAtMs: 1_795_613_400_123.25,
          endedAtMs: 1_795_613_400_124,
          failed: true,
          attributes: { text: 'x', whole: 0, broken: 0.5, yes: true, list: ['stop'], nothing: undefined },
        },
      ],
      { version: '1.2.3', commit: 'abc' },
    ),
  );
  const attributes = [
    { key: 'text', value: { stringValue: 'x' } },
    { key: 'whole', value: { intValue: '0' } },
    { key: 'broken', value: { doubleValue: 0.5 } },
    { key: 'yes', value: { boolValue: true } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'stop' }] } } },
  ];
  const span = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    name: 'chat m',
    kind: 3,
    startTimeUnixNano: '1795613400123250000',
    endTimeUnixNano: '1795613400124000000',
    attributes,
    status: { code: 2 },
  };
  const resource = {
    attributes: [
      { key: 'service.name', value: { stringValue: 'tollgate' } },
      { key: 'service.version', value: { stringValue: '1.2.3' } },
      { key: 'vcs.ref.head.revision', value: { stringValue: 'abc' } },
    ],
  };
  assert.deepEqual(written, {
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'tollgate', version: '1.2.3' }, spans: [span] }] }],
  });
});
