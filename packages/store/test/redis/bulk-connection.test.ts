import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchCommands } from '@tollgate/testkit';
import { scriptName } from '../../src/index.ts';
import { admit, createCaller, requestOf, settlementOf } from '../conformance/fixtures.ts';
import { openPrivateStore } from './live-store.ts';

test('replayed settlements and recovery do not stand in the line of admissions', async (t) => {
  await using live = await openPrivateStore({ separatesBulk: true });
  const { admission, bulk, ledger } = live.store;
  const caller = await createCaller(live.store);
  const { shard } = caller.tenant;
  // Scripts that the server does not know yet come once more, by their text.
  const everything = async () => {
    const [first, second] = [await admit(live.store, requestOf(caller)), await admit(live.store, requestOf(caller))];
    await admission.settle(settlementOf(first));
    await bulk.settle(settlementOf(second));
    await ledger.applied(shard, 'somebody');
    await ledger.rejoin(shard, { leaseMs: 1, busy: false });
  };
  await everything();
  const watch = await watchCommands(live.server.url);
  t.after(() => watch.stop());
  await everything();
  await watch.until((counts) => counts.has(scriptName('rejoin')));
  const of = (script: string) => watch.connectionsOf(scriptName(script));
  const [line] = of('admit');
  assert.ok(line !== undefined);
  assert.deepEqual([of('admit').size, of('settle').size], [1, 2]);
  for (const script of ['applied', 'rejoin']) {
    assert.equal(of(script).size, 1);
    assert.ok(!of(script).has(line), script);
  }
});
