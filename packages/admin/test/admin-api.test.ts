import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOperation, adminOperations, answerAdminRequest, type MintedKeyView } from '../src/index.ts';
import { adminFixture } from './admin-fixture.ts';

function api() {
  const { context } = adminFixture();
  return (method: string, path: string, body?: unknown) => answerAdminRequest(context, { method, path, body });
}

test('tenants and keys are managed over paths under /admin/v1', async () => {
  const send = api();
  assert.equal((await send('POST', '/admin/v1/tenants', { name: 'acme', tier: 'pro' })).status, 201);
  assert.equal((await send('PATCH', '/admin/v1/tenants/acme', { status: 'suspended' })).status, 200);
  assert.equal((await send('GET', '/admin/v1/tenants/acme')).status, 200);
  const created = await send('POST', '/admin/v1/tenants/acme/keys', { name: 'web' });
  assert.equal(created.status, 201);
  const { id } = created.body as MintedKeyView;
  assert.equal((await send('GET', `/admin/v1/keys/${id}`)).status, 200);
  assert.equal((await send('POST', `/admin/v1/keys/${id}/rotate`, { overlap: '1h' })).status, 201);
  assert.equal((await send('POST', `/admin/v1/keys/${id}/revoke`)).status, 200);
  const { keys } = (await send('GET', '/admin/v1/tenants/acme/keys')).body as { keys: readonly { name: string }[] };
  assert.deepEqual(
    keys.map(({ name }) => name),
    ['web', 'web'],
  );
});

test('errors have a status, a code and a sentence', async () => {
  const send = api();
  const fails = async (status: number, code: string, ...request: Parameters<typeof send>) => {
    const answer = await send(...request);
    const { error } = answer.body as { error: { code: string; message: string } };
    assert.deepEqual([answer.status, error.code], [status, code], request.join(' '));
    assert.ok(error.message.length > 10);
  };
  await fails(404, 'tenant_not_found', 'GET', '/admin/v1/tenants/acme');
  await fails(404, 'unknown_operation', 'GET', '/admin/v1/tenant');
  await fails(404, 'unknown_operation', 'DELETE', '/admin/v1/tenants/acme');
  await fails(404, 'unknown_operation', 'GET', '/admin/v1/tenants/acme/keys/');
  await fails(400, 'invalid_input', 'POST', '/admin/v1/tenants', [1]);
  await fails(400, 'invalid_input', 'POST', '/admin/v1/tenants');
  await fails(400, 'invalid_input', 'GET', '/admin/v1/tenants/%2e%2e%2fsecrets');
  await fails(400, 'invalid_input', 'GET', '/admin/v1/tenants/%');
  await fails(
    400,
    'invalid_input',
    'POST',
    '/admin/v1/tenants',
    JSON.parse('{"name":"acme","__proto__":{"tier":"pro"}}'),
  );
  await send('POST', '/admin/v1/tenants', { name: 'acme' });
  await fails(409, 'tenant_exists', 'POST', '/admin/v1/tenants', { name: 'acme' });
  await fails(400, 'invalid_input', 'PATCH', '/admin/v1/tenants/acme', { tenant: 'other', tier: 'pro' });
});

test('each operation is found under the address that it is called at', async () => {
  const send = api();
  for (const operation of Object.values(adminOperations)) {
    const input = { tenant: 'acme', id: '00abcdefghijkl', name: 'x' };
    const { path: address, body } = addressOperation(operation, input);
    const [path = '', query = ''] = address.split('?');
    assert.doesNotMatch(path, /:/);
    const elsewhere = operation.method === 'GET' ? Object.fromEntries(new URLSearchParams(query)) : body;
    for (const name of Object.keys(input)) {
      assert.equal(name in elsewhere, !operation.path.includes(`:${name}`), `${operation.name}: ${name}`);
    }
    const { status, body: answer } = await send(operation.method, path, undefined);
    assert.notEqual(JSON.stringify(answer).includes('unknown_operation'), true, `${operation.name}: ${status}`);
  }
});

test('a name with a slash stays one step of the path', () => {
  assert.equal(addressOperation(adminOperations.showTenant, { tenant: 'a/../b' }).path, '/admin/v1/tenants/a%2F..%2Fb');
});
