import assert from 'node:assert/strict';
import { shardOfTenant, type KeptResponse } from '@tollgate/core';
import type { OpenBench } from './bench.ts';
import { rulesOf } from './rule.ts';

const at = (tenant: string, responseId: string): KeptResponse => ({ shard: shardOfTenant(tenant), tenant, responseId });

const place = { model: 'm', provider: 'openai', providerModel: 'gpt-4o', credential: 'a' };

/** Responses that providers keep. */
export function responseTests(name: string, open: OpenBench): void {
  const rule = rulesOf(name, open);

  rule('a response that a provider keeps is found by its tenant, and by no other', async ({ store }) => {
    await store.responses.note(at('acme', 'resp_1'), place);
    assert.deepEqual(await store.responses.find(at('acme', 'resp_1')), place);
    assert.equal(await store.responses.find(at('globex', 'resp_1')), undefined);
    assert.equal(await store.responses.find(at('acme', 'resp_2')), undefined);
  });

  rule('an id may be any text', async ({ store }) => {
    const id = `}:{s00}:k:"\u0000${'x'.repeat(5000)}`;
    await store.responses.note(at('acme', id), place);
    assert.deepEqual(await store.responses.find(at('acme', id)), place);
  });
}
