import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { ProviderSimulator } from '../src/index.ts';
import { ask, at, send, startFor, textAt, type Received } from './simulated-call.ts';

const control = (simulator: ProviderSimulator, call: string, body?: object): Promise<Received> => {
  const [method = '', path = ''] = call.split(' ');
  return send(simulator, {
    method,
    path: `/_simulator/${path}`,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
};

describe('the control API', () => {
  test('a fault meets the calls it names, as often as it says', async (t) => {
    const simulator = await startFor(t);
    const armed = await control(simulator, 'POST faults', { fault: 503, provider: 'openai', stream: false, times: 2 });
    assert.equal(at(armed.body, 'id'), 1);
    const statuses: (number | undefined)[] = [];
    for (const members of [{}, { stream: true }, {}, {}])
      statuses.push((await ask(simulator, 'openai', { members })).status);
    assert.deepEqual(statuses, [503, 200, 503, 200]);
    assert.equal((await control(simulator, 'GET faults')).body, '{"faults":[]}');
  });

  test('a fault stays until it is cleared where it names no times', async (t) => {
    const simulator = await startFor(t);
    await control(simulator, 'POST faults', { fault: '500' });
    await control(simulator, 'POST faults', { fault: '502', provider: 'openrouter' });
    for (let call = 0; call < 3; call += 1) assert.equal((await ask(simulator, 'openrouter')).status, 500);
    assert.equal((await control(simulator, 'DELETE faults?id=1')).body, '{"done":true}');
    assert.equal((await ask(simulator, 'openrouter')).status, 502);
    await control(simulator, 'DELETE faults');
    assert.equal((await ask(simulator, 'openrouter')).status, 200);
  });

  test('a fault may single out a model or a credential, by its last characters or its hash', async (t) => {
    const simulator = await startFor(t);
    const sha256 = createHash('sha256').update('sk-b-2222').digest('hex');
    simulator.faults.arm({ fault: '401', credential: '1111' });
    simulator.faults.arm({ fault: '402', credential: sha256 });
    simulator.faults.arm({ fault: '404', model: 'gpt-4o' });
    const statusWith = async (key: string, model = 'gpt-4o-mini'): Promise<number | undefined> =>
      (await ask(simulator, 'openai', { members: { model }, headers: { authorization: `Bearer ${key}` } })).status;
    assert.equal(await statusWith('sk-a-1111'), 401);
    assert.equal(await statusWith('sk-b-2222'), 402);
    assert.equal(await statusWith('sk-c-3333'), 200);
    assert.equal(await statusWith('sk-c-3333', 'gpt-4o'), 404);
  });

  test('a fault in a prompt may name the provider that it is for', async (t) => {
    const simulator = await startFor(t);
    const members = { messages: [{ role: 'user', content: '[[fault:503 provider=openrouter]] hi' }] };
    assert.equal((await ask(simulator, 'openrouter', { members })).status, 503);
    assert.equal((await ask(simulator, 'openai', { members })).status, 200);
  });

  test('a request that is refused does not use up a fault', async (t) => {
    const simulator = await startFor(t);
    simulator.faults.arm({ fault: '500', times: 1 });
    assert.equal((await ask(simulator, 'openai', { members: { n: 0 } })).status, 400);
    assert.equal((await ask(simulator, 'openai')).status, 500);
  });

  test('pacing is read, changed by members and set back', async (t) => {
    const simulator = await startFor(t, { pacing: { tokens_per_event: 5 } });
    assert.equal(at((await control(simulator, 'GET pacing')).body, 'tokens_per_event'), 5);
    const changed = await control(simulator, 'PATCH pacing', { headers_ms: 1 });
    assert.equal(at(changed.body, 'headers_ms'), 1);
    assert.equal(at(changed.body, 'tokens_per_event'), 5);
    assert.equal(at((await control(simulator, 'DELETE pacing')).body, 'headers_ms'), 0);
  });

  test('recorded answers that wait are counted and can be dropped', async (t) => {
    const simulator = await startFor(t);
    await control(simulator, 'POST replay', { provider: 'openai', exchange: { body: 'kept' }, times: 3 });
    assert.equal((await control(simulator, 'GET replay')).body, '{"waiting":3}');
    await control(simulator, 'DELETE replay');
    assert.notEqual((await ask(simulator, 'openai')).body, 'kept');
  });

  test('nonsense is refused with what is wrong', async (t) => {
    const simulator = await startFor(t);
    const wrong = [
      ['POST faults', { fault: 'nope' }, /has to be one of/],
      ['POST faults', { fault: '429', often: 2 }, /often/],
      ['POST faults', { fault: 'html', after_events: 2 }, /html has no such setting/],
      ['POST faults', undefined, /expected object/],
      ['DELETE faults?id=x', undefined, /id/],
      ['PATCH pacing', { headers_ms: -1 }, /headers_ms/],
      ['POST replay', { provider: 'openai' }, /either `file` or `exchange`/],
      ['POST replay', { provider: 'nobody', exchange: {} }, /provider/],
    ] as const;
    for (const [call, body, says] of wrong) {
      const received = await control(simulator, call, body);
      assert.equal(received.status, 400, call);
      assert.match(textAt(received.body, 'error', 'message'), says);
    }
    assert.equal((await control(simulator, 'GET nothing')).status, 404);
  });

  test('its health is told', async (t) => {
    assert.equal((await send(await startFor(t), { method: 'GET', path: '/healthz' })).status, 200);
  });
});
