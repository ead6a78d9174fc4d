import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readTranscripts } from '../../src/index.ts';
import type { Exchange } from '../../src/index.ts';

function read(t: TestContext, fileName: string, content: string): readonly Exchange[] {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-transcript-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, fileName), content);
  return readTranscripts(join(folder, fileName));
}

const bodyText = (exchange: Exchange | undefined): string | undefined => exchange?.response.body.toString('utf8');

describe('transcripts', () => {
  test('a go-vcr cassette gives request and answer, header names in lower case', (t) => {
    const [exchange] = read(
      t,
      'go.yaml',
      `version: 2
interactions:
  - id: 0
    request:
      body: '{"model":"m"}'
      headers: { Content-Type: [application/json] }
      url: https://api.openai.com/v1/chat/completions?a=b
      method: POST
    response:
      body: |
        {"id":1}
      headers: { X-Request-Id: [req_1], Vary: [a, b] }
      status: 429 Too Many Requests
      code: 429
`,
    );
    assert.deepEqual(exchange?.request, {
      method: 'POST',
      path: '/v1/chat/completions?a=b',
      headers: { 'content-type': 'application/json' },
      body: '{"model":"m"}',
    });
    assert.equal(exchange.response.status, 429);
    assert.deepEqual(exchange.response.headers, { 'x-request-id': 'req_1', vary: 'a, b' });
    assert.equal(bodyText(exchange), '{"id":1}\n');
  });

  test('a VCR cassette in Ruby keeps the whitespace that precedes a body', (t) => {
    const [exchange] = read(
      t,
      'ruby.yml',
      `---
http_interactions:
- request:
    method: post
    uri: https://openrouter.ai/api/v1/chat/completions
    body: { encoding: UTF-8, string: '{}' }
    headers: {}
  response:
    status: { code: 200, message: OK }
    headers: {}
    body: { encoding: ASCII-8BIT, string: "\\n   \\n{}" }
`,
    );
    assert.equal(exchange?.request?.method, 'POST');
    assert.equal(bodyText(exchange), '\n   \n{}');
  });

  for (const tag of ['!!binary', '!binary']) {
    test(`a ${tag} body that was recorded compressed is decoded and its content-encoding dropped`, (t) => {
      const [exchange] = read(
        t,
        'binary.yaml',
        `interactions:
- request: { method: GET, uri: 'http://a.invalid/v1/models', headers: {} }
  response:
    status: { code: 200 }
    headers: { Content-Encoding: [gzip], Content-Type: [text/plain] }
    body:
      string: ${tag} |
        ${gzipSync('grüße').toString('base64')}
`,
      );
      assert.equal(bodyText(exchange), 'grüße');
      assert.deepEqual(exchange?.response.headers, { 'content-type': 'text/plain' });
    });
  }

  test('a body kept as parsed JSON is written as JSON again', (t) => {
    const [exchange] = read(
      t,
      'parsed.yaml',
      `interactions:
- request: { method: POST, uri: 'http://a.invalid/v1/messages', headers: {}, parsed_body: { model: m } }
  response: { status: { code: 200 }, headers: {}, parsed_body: { ok: [1, null] } }
`,
    );
    assert.equal(exchange?.request?.body, '{"model":"m"}');
    assert.equal(bodyText(exchange), '{"ok":[1,null]}');
  });

  test('a rig cassette gives one exchange a document', (t) => {
    const document = (status: number): string => `when:
  path: /v1/messages
  method: POST
  header: [{ name: Accept, value: text/event-stream }]
  body: '{}'
then:
  status: ${status}
  header: [{ name: content-type, value: text/event-stream }]
  body: |+
    data: ${status}

`;
    const exchanges = read(t, 'rig.yaml', `${document(200)}---\n${document(503)}`);
    assert.deepEqual(
      exchanges.map((exchange) => [exchange.response.status, bodyText(exchange)]),
      [
        [200, 'data: 200\n\n'],
        [503, 'data: 503\n\n'],
      ],
    );
    assert.deepEqual(exchanges[0]?.request?.headers, { accept: 'text/event-stream' });
  });

  test('chat chunks without framing become data frames that end with [DONE]', (t) => {
    const [exchange] = read(t, 'chat.chunks.txt', '{"choices":[]}\n{"choices":[1]}\n');
    assert.equal(bodyText(exchange), 'data: {"choices":[]}\n\ndata: {"choices":[1]}\n\ndata: [DONE]\n\n');
    assert.equal(exchange?.request, undefined);
  });

  test('typed events without framing become named events and get no [DONE]', (t) => {
    const [exchange] = read(t, 'typed.chunks.txt', '{"type":"ping"}\n{"type":"message_stop"}\n');
    assert.equal(
      bodyText(exchange),
      'event: ping\ndata: {"type":"ping"}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n',
    );
  });

  test('a raw stream is kept to the byte', (t) => {
    const raw = ': comment\r\n\r\ndata: {"a":"é"}\r\n\r\ndata: [DONE]\n';
    assert.equal(bodyText(read(t, 'raw.sse', raw)[0]), raw);
  });

  test('a file that is no transcript is refused by name', (t) => {
    assert.throws(() => read(t, 'notes.yaml', 'just: words'), /notes\.yaml is not a transcript/);
    assert.throws(() => read(t, 'broken.yaml', 'interactions: ['), /broken\.yaml is not a transcript/);
    assert.throws(() => read(t, 'notes.md', ''), /its name ends in none of/);
  });

  const wireFolder = process.env['TOLLGATE_WIRE_DIR'];
  test(
    'all recorded transcripts are read',
    { skip: wireFolder === undefined && 'TOLLGATE_WIRE_DIR is not set' },
    () => {
      assert.ok(wireFolder !== undefined);
      const files = readdirSync(wireFolder).filter((name) => name !== 'INDEX.md');
      assert.equal(files.length, 58);
      for (const file of files) {
        const exchanges = readTranscripts(join(wireFolder, file));
        assert.ok(exchanges.length > 0, file);
        assert.ok(
          exchanges.every((exchange) => exchange.response.body.length > 0),
          file,
        );
      }
    },
  );
});
