import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs } from '@tollgate/core';
import { startMs, type Bench, type OpenBench } from './bench.ts';

const alert = { id: 'alert-1', text: '{"kind":"budget_threshold"}', webhooks: ['ops', 'chat'] };

/** Alerts are raised once, and handed out until somebody says that they were sent. */
export function alertTests(name: string, open: OpenBench): void {
  const rule = (title: string, run: (bench: Bench) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      await using bench = await open();
      await run(bench);
    });
  };

  const take = ({ store }: Bench, webhook: string, leaseMs = 60_000) =>
    store.alerts.take({ webhook, atMost: 10, leaseMs });
  const idsOf = async (bench: Bench, webhook: string): Promise<readonly string[]> =>
    (await take(bench, webhook)).map(({ id }) => id);

  rule('of all who raise an alert at once one does, and each webhook is handed it once', async (bench) => {
    const raised = await Promise.all([1, 2, 3].map(() => bench.store.alerts.raise(alert)));
    assert.deepEqual(raised.filter(Boolean).length, 1);
    assert.deepEqual(await take(bench, 'ops'), [{ id: 'alert-1', text: alert.text, raisedAtMs: startMs, tries: 1 }]);
    assert.deepEqual(await idsOf(bench, 'chat'), ['alert-1']);
    assert.deepEqual(await idsOf(bench, 'ops'), []);
    assert.deepEqual(await idsOf(bench, 'unheard-of'), []);
  });

  rule('an alert whose sender fell silent is handed out again, with its id', async (bench) => {
    await bench.store.alerts.raise(alert);
    await take(bench, 'ops', 60_000);
    await bench.setNow(startMs + 59_999);
    assert.deepEqual(await idsOf(bench, 'ops'), []);
    await bench.setNow(startMs + 60_000);
    const [again] = await take(bench, 'ops');
    assert.deepEqual([again?.id, again?.tries], ['alert-1', 2]);
  });

  rule('an alert that was sent is handed out no more, and not raised again', async (bench) => {
    await bench.store.alerts.raise(alert);
    await take(bench, 'ops');
    await bench.store.alerts.finish({ webhook: 'ops', id: 'alert-1', ending: { kind: 'done' } });
    await bench.setNow(startMs + 3_600_000);
    assert.equal(await bench.store.alerts.raise(alert), false);
    assert.deepEqual(await idsOf(bench, 'ops'), []);
    assert.deepEqual(await idsOf(bench, 'chat'), ['alert-1']);
  });

  rule('an alert that could not be sent falls due when it was said to', async (bench) => {
    await bench.store.alerts.raise(alert);
    await take(bench, 'ops');
    await bench.store.alerts.finish({ webhook: 'ops', id: 'alert-1', ending: { kind: 'again', afterMs: 5000 } });
    await bench.setNow(startMs + 4999);
    assert.deepEqual(await idsOf(bench, 'ops'), []);
    await bench.setNow(startMs + 5000);
    assert.deepEqual(await idsOf(bench, 'ops'), ['alert-1']);
    await bench.store.alerts.finish({ webhook: 'ops', id: 'alert-1', ending: { kind: 'done' } });
    await bench.store.alerts.finish({ webhook: 'ops', id: 'alert-1', ending: { kind: 'again', afterMs: 0 } });
    assert.deepEqual(await idsOf(bench, 'ops'), []);
  });

  rule('no more alerts are handed out than asked for, the oldest first', async (bench) => {
    for (const [index, id] of ['c', 'a', 'b'].entries()) {
      await bench.setNow(startMs + index);
      await bench.store.alerts.raise({ ...alert, id });
    }
    const first = await bench.store.alerts.take({ webhook: 'ops', atMost: 2, leaseMs: 60_000 });
    assert.deepEqual(
      first.map(({ id }) => id),
      ['c', 'a'],
    );
    assert.deepEqual(await idsOf(bench, 'ops'), ['b']);
  });

  rule('an alert without webhooks is remembered and handed to nobody', async (bench) => {
    assert.equal(await bench.store.alerts.raise({ ...alert, webhooks: [] }), true);
    assert.equal(await bench.store.alerts.raise(alert), false);
    assert.deepEqual(await idsOf(bench, 'ops'), []);
    assert.equal(await bench.store.alerts.raise({ ...alert, id: 'alert-2' }), true);
    await bench.setNow(startMs + dayMs);
    assert.deepEqual(await idsOf(bench, 'ops'), ['alert-2']);
  });
}
