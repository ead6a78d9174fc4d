import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { readTranscripts } from '../src/index.ts';
import type { Exchange } from '../src/index.ts';
import { ask, send, startFor } from './simulated-call.ts';

const exchange = (body: string, more: Partial<Exchange['response']> = {}): Exchange => ({
  request: undefined,
  response: { status: 200, headers: { 'content-type': 'text/event-stream' }, body: Buffer.from(body), ...more },
});

describe('replay', () => {
  test('the next matching call gets the recorded status, headers and bytes, the one after it does not', async (t) => {
    const simulator = await startFor(t);
    const headers = {
      'content-type': 'text/plain',
      'x-request-id': 'req_recorded',
      'content-length': '9',
      connection: 'close',
    };
    simulator.replay({ provider: 'openai', exchanges: [exchange('{"a":"é"}\r\n', { status: 418, headers })] });
    assert.equal((await ask(simulator, 'anthropic')).status, 200);
    const replayed = await ask(simulator, 'openai');
    assert.equal(replayed.status, 418);
    assert.equal(replayed.body, '{"a":"é"}\r\n');
    assert.equal(replayed.headers['x-request-id'], 'req_recorded');
    assert.equal(replayed.headers['content-length'], undefined);
    assert.equal((await ask(simulator, 'openai')).status, 200);
    await simulator.waitForCalls(3);
    assert.deepEqual(
      simulator.ledger().map((entry) => entry.replayed),
      [false, true, false],
    );
  });

  test('several exchanges answer calls in order, as often as asked', async (t) => {
    const simulator = await startFor(t);
    simulator.replay({ provider: 'openai', exchanges: [exchange('one'), exchange('two')], times: 2 });
    const bodies: string[] = [];
    for (let call = 0; call < 4; call += 1) bodies.push((await ask(simulator, 'openai')).body);
    assert.deepEqual(bodies, ['one', 'two', 'one', 'two']);
  });

  test('a model narrows it, and the status may be replaced', async (t) => {
    const simulator = await startFor(t);
    simulator.replay({ provider: 'openai', model: 'gpt-4o', exchanges: [exchange('kept')], status: 429 });
    assert.notEqual((await ask(simulator, 'openai')).body, 'kept');
    const replayed = await ask(simulator, 'openai', { members: { model: 'gpt-4o' } });
    assert.equal(replayed.status, 429);
    assert.equal(replayed.body, 'kept');
  });

  test('a recorded answer is given even to a request that would be refused', async (t) => {
    const simulator = await startFor(t);
    simulator.replay({ provider: 'anthropic', exchanges: [exchange('kept')] });
    assert.equal((await ask(simulator, 'anthropic', { members: { max_tokens: undefined } })).body, 'kept');
  });

  test('split writes the bytes in pieces of that size', async (t) => {
    const simulator = await startFor(t);
    simulator.replay({ provider: 'openai', exchanges: [exchange('data: "grüße 🚧"\n\n')], bytesPerWrite: 2 });
    const sizes: number[] = [];
    const { body } = await ask(simulator, 'openai', { whenPiece: (piece) => sizes.push(piece.length) });
    assert.equal(body, 'data: "grüße 🚧"\n\n');
    assert.equal(Math.max(...sizes), 2);
  });

  test('over HTTP an answer may be written out, as text or base64', async (t) => {
    const simulator = await startFor(t);
    const order = async (exchangeWritten: object): Promise<string> => {
      const body = JSON.stringify({ provider: 'openai', exchange: exchangeWritten });
      assert.equal((await send(simulator, { path: '/_simulator/replay', body })).body, '{"waiting":1}');
      return (await ask(simulator, 'openai')).body;
    };
    assert.equal(await order({ status: 500, headers: { 'X-A': 'b' }, body: 'plain' }), 'plain');
    assert.equal(await order({ body_base64: Buffer.from('raw').toString('base64') }), 'raw');
  });

  test('over HTTP files are read from the folder of transcripts alone', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tollgate-replay-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'kept.sse'), 'data: kept\n\n');
    const order = async (t2: TestContext, file: string, transcriptsFolder?: string): Promise<string> => {
      const simulator = await startFor(t2, transcriptsFolder === undefined ? {} : { transcriptsFolder });
      const body = JSON.stringify({ provider: 'openai', file });
      const answer = await send(simulator, { path: '/_simulator/replay', body });
      return answer.status === 200 ? (await ask(simulator, 'openai')).body : `${answer.status} ${answer.body}`;
    };
    assert.equal(await order(t, 'kept.sse', folder), 'data: kept\n\n');
    assert.match(await order(t, '../kept.sse', folder), /^400 .*within the folder/);
    assert.match(await order(t, 'kept.sse'), /^400 .*no folder of transcripts/);
  });

  const wireFolder = process.env['TOLLGATE_WIRE_DIR'];
  test(
    'every recorded transcript is replayed to the byte',
    { skip: wireFolder === undefined && 'TOLLGATE_WIRE_DIR is not set' },
    async (t) => {
      assert.ok(wireFolder !== undefined);
      const simulator = await startFor(t);
      for (const file of readdirSync(wireFolder).filter((name) => name !== 'INDEX.md')) {
        const exchanges = readTranscripts(join(wireFolder, file));
        for (const bytesPerWrite of [0, 7]) simulator.replay({ provider: 'openai', exchanges, bytesPerWrite });
        for (const { response } of [...exchanges, ...exchanges]) {
          const replayed = await ask(simulator, 'openai');
          assert.equal(replayed.status, response.status, file);
          assert.deepEqual(replayed.bytes, response.body, file);
          assert.equal(replayed.headers['content-type'], response.headers['content-type'], file);
        }
      }
    },
  );
});
