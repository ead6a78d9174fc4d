import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fuzzGateway } from './fuzz-gateway.ts';

it('spoilt calls and spoilt answers: no crash, no hang, typed errors, each answer with an outcome, each call settled, nothing kept', async () => {
  const { calls, outcomes, heldBytes } = await fuzzGateway({
    seed: 1,
    goesOn: (callsMade) => callsMade < 300,
    atOnce: 24,
    hugeBytes: 50 * 2 ** 20,
  });
  assert.equal(calls, 300);
  for (const outcome of ['completed', 'upstream_failed', 'invalid_field'])
    assert.ok(outcomes.has(outcome), `some were ${outcome}`);
  // One huge event that is kept would be more.
  assert.ok(heldBytes.end - heldBytes.warm < 8 * 2 ** 20, `${heldBytes.end - heldBytes.warm} more bytes are held`);
});
