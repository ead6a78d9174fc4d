import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import { chargeFor, readPrice } from '@tollgate/core';
import { ask, at, callPaths, send, startFor, textAt } from './simulated-call.ts';

const long = { stream: true, messages: [{ role: 'user', content: '[[words:2000]][[pace:between_events_ms=1]]' }] };

describe('the ledger', () => {
  test('a call is kept with whom it answered, how it ended and what it cost', async (t) => {
    const simulator = await startFor(t, {
      keepBodies: true,
      prices: { openai: { 'gpt-4o': { input: 2, output: 10 } } },
    });
    const received = await ask(simulator, 'openai', {
      members: { model: 'gpt-4o', stream: true },
      headers: { authorization: 'Bearer sk-secret-1234' },
    });
    await simulator.waitForCalls(1);
    const [entry] = simulator.ledger();
    assert.ok(entry !== undefined);
    assert.equal(entry.provider, 'openai');
    assert.equal(entry.model, 'gpt-4o');
    assert.equal(entry.status, 200);
    assert.equal(entry.ended, 'completed');
    assert.equal(entry.requestId, received.headers['x-request-id']);
    assert.equal(entry.bytesSent, received.bytes.length);
    assert.equal(entry.costNanoUsd, chargeFor(entry.usage, readPrice('x', { input: 2, output: 10 }), undefined));
    assert.deepEqual(entry.credential, {
      sha256: createHash('sha256').update('sk-secret-1234').digest('hex'),
      last4: '1234',
    });
    assert.ok(entry.requestHeaderNames.includes('authorization'));
    assert.equal(at(entry.requestBody ?? '', 'model'), 'gpt-4o');
    assert.equal(entry.usage.inputUncached, 6);
    assert.equal(entry.usage.output, 9);
  });

  test('it holds no credential and, unless told to, no body', async (t) => {
    const simulator = await startFor(t);
    await ask(simulator, 'anthropic', { headers: { 'x-api-key': 'sk-ant-secret-1234' } });
    await simulator.waitForCalls(1);
    const { body } = await send(simulator, { method: 'GET', path: '/_simulator/ledger' });
    assert.doesNotMatch(body, /sk-ant-secret/);
    assert.equal(textAt(body, 'entries', 0, 'credential_last4'), '1234');
    assert.equal(simulator.ledger()[0]?.requestBody, undefined);
  });

  test('a client that leaves a stream is charged for what was sent', async (t) => {
    const simulator = await startFor(t);
    await ask(simulator, 'openai', {
      members: long,
      whenPiece: (piece, leave) => {
        if (piece.includes('toll')) leave();
      },
    });
    await simulator.waitForCalls(1);
    const [entry] = simulator.ledger();
    assert.ok(entry !== undefined);
    assert.equal(entry.ended, 'client_gone');
    assert.ok(entry.contentEvents >= 1 && entry.contentEvents < 1000);
    assert.equal(entry.usage.output, entry.contentEvents * 2);
    assert.ok(entry.costNanoUsd > 0n);
  });

  test('a client that leaves a whole answer is charged for all of it', async (t) => {
    const simulator = await startFor(t);
    const messages = [{ role: 'user', content: '[[words:10]][[pace:first_content_ms=60000]]' }];
    const left = ask(simulator, 'openrouter', { members: { messages }, whenPiece: (_, leave) => leave() });
    await left;
    await simulator.waitForCalls(1);
    const [entry] = simulator.ledger();
    assert.equal(entry?.ended, 'client_gone');
    assert.equal(entry.usage.output, 14);
  });

  test('a client that leaves before its body has come is in the ledger', async (t) => {
    const simulator = await startFor(t);
    const outgoing = request({ host: '127.0.0.1', port: simulator.port, method: 'POST', path: callPaths.openai });
    outgoing.on('error', () => undefined);
    outgoing.write('{"model":');
    await simulator.waitForCallsBegun(1);
    outgoing.destroy();
    await simulator.waitForCalls(1);
    assert.equal(simulator.ledger()[0]?.ended, 'client_gone');
    assert.equal(simulator.ledger()[0]?.status, null);
  });

  test('a broken off stream is charged for what was sent, an error for nothing', async (t) => {
    const simulator = await startFor(t);
    const messages = [{ role: 'user', content: 'Hello there, simulator!' }];
    await ask(simulator, 'anthropic', {
      members: { stream: true, messages, model: 'claude-haiku-4-5#fault:cut_between_events' },
    });
    await ask(simulator, 'anthropic', { members: { model: 'claude-haiku-4-5#fault:500' } });
    await simulator.waitForCalls(2);
    const [cut, failed] = simulator.ledger();
    assert.equal(cut?.ended, 'broken_off');
    assert.equal(cut.usage.output, 4);
    assert.equal(cut.model, 'claude-haiku-4-5');
    assert.equal(failed?.ended, 'completed');
    assert.equal(failed.costNanoUsd, 0n);
  });

  test('a completed stream is charged what it reported', async (t) => {
    const simulator = await startFor(t);
    const messages = [{ role: 'user', content: '[[think]] Hello there, simulator!' }];
    const { body } = await ask(simulator, 'anthropic', { members: { stream: true, messages } });
    await simulator.waitForCalls(1);
    assert.match(body, new RegExp(`"output_tokens":${simulator.ledger()[0]?.usage.output},`));
  });

  test('it holds the latest calls, and the sums of all', async (t) => {
    const simulator = await startFor(t, { ledgerEntries: 3 });
    for (let call = 0; call < 5; call += 1) await ask(simulator, 'openai');
    await simulator.waitForCalls(5);
    assert.deepEqual(
      simulator.ledger().map(({ sequence }) => sequence),
      [3, 4, 5],
    );
    const cost = simulator.ledger()[0]?.costNanoUsd ?? 0n;
    assert.deepEqual(simulator.totals(), { callsBegun: 5, callsEnded: 5, costNanoUsd: cost * 5n });
  });

  test('over HTTP it is read and cleared', async (t) => {
    const simulator = await startFor(t);
    await ask(simulator, 'openai');
    await simulator.waitForCalls(1);
    const read = async (): Promise<string> =>
      (await send(simulator, { method: 'GET', path: '/_simulator/ledger' })).body;
    assert.equal(at(await read(), 'calls_ended'), 1);
    assert.equal(textAt(await read(), 'cost_nano_usd'), String(simulator.totals().costNanoUsd));
    await send(simulator, { method: 'DELETE', path: '/_simulator/ledger' });
    assert.equal(at(await read(), 'calls_ended'), 0);
    assert.deepEqual(at(await read(), 'entries'), []);
  });
});
