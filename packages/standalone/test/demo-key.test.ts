import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfig } from '@tollgate/config';
import { Secret, StoreError, systemClock, type Clock, type KeyStore } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import { createMemoryStore, type Store } from '@tollgate/store';
import { untilAnswered } from '../src/state/until-answered.ts';
import { demoTier, exampleModel, provideDemoKey } from '../src/demo-key.ts';

const path = join(import.meta.dirname, '../../../config.yaml');
const config = loadConfig({ path, environment: { OPENAI_API_KEY: 'a key' } });
const pepper = { version: 'v1', secret: new Secret('a pepper for tests') };

async function keyFile(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-demo-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'demo-key');
}

const provide = (store: Store, file: string, peppers = [pepper]): Promise<string> =>
  provideDemoKey({ store, clock: systemClock, config, peppers, path: file });

const activeKeys = async (keys: KeyStore): Promise<number> =>
  (await keys.keys('demo')).filter(({ status }) => status === 'active').length;

test('the key of the last start is kept while the store knows it', async (t) => {
  const store = createMemoryStore({ clock: systemClock });
  const file = await keyFile(t);
  const first = await provide(store, file);
  assert.equal(await provide(store, file), first);
  assert.equal(await readFile(file, 'utf8'), first);
  assert.equal(await activeKeys(store.keys), 1);
});

test('a store that does not know the key gets a new one', async (t) => {
  const file = await keyFile(t);
  const first = await provide(createMemoryStore({ clock: systemClock }), file);
  assert.notEqual(await provide(createMemoryStore({ clock: systemClock }), file), first);
});

test('where the file is lost, or the pepper, the key before is revoked', async (t) => {
  const store = createMemoryStore({ clock: systemClock });
  const file = await keyFile(t);
  await provide(store, file);
  await writeFile(file, 'no key at all');
  await provide(store, file);
  assert.equal(await activeKeys(store.keys), 1);
  await provide(store, file, [{ version: 'v2', secret: new Secret('another pepper') }]);
  assert.equal(await activeKeys(store.keys), 1);
});

test('the tier is one for every model, and the example a model that some target serves', () => {
  assert.equal(demoTier(config), 'pro');
  assert.equal(exampleModel(config), 'gpt-4o-mini');
});

test('a first key comes about whichever of its steps was done without an answer in time', async (t) => {
  const hasty: Clock = { ...systemClock, schedule: (_delayMs, action) => systemClock.schedule(0, action) };
  for (let lost = 0; lost < 6; lost += 1) {
    const store = createMemoryStore({ clock: systemClock });
    let asked = 0;
    const answerLost = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
      const answered = await answer;
      asked += 1;
      if (asked === lost + 1) throw new StoreError('timeout', 'slow');
      return answered;
    };
    const { keys } = store;
    const slowKeys: KeyStore = {
      identify: (key) => answerLost(keys.identify(key)),
      createTenant: (tenant) => answerLost(keys.createTenant(tenant)),
      tenant: (name) => answerLost(keys.tenant(name)),
      tenants: () => answerLost(keys.tenants()),
      replaceTenant: (tenant) => answerLost(keys.replaceTenant(tenant)),
      createKey: (key) => answerLost(keys.createKey(key)),
      keys: (tenant) => answerLost(keys.keys(tenant)),
      key: (key) => answerLost(keys.key(key)),
      replaceKey: (key) => answerLost(keys.replaceKey(key)),
      rotateKey: (old, successor) => answerLost(keys.rotateKey(old, successor)),
    };
    const file = await keyFile(t);
    await untilAnswered(() => provide({ ...store, keys: slowKeys }, file), hasty);
    assert.equal(await activeKeys(keys), 1, `step ${lost}`);
  }
});

test('a store that does not answer in time is asked again, until patience ends', async () => {
  const clock = new ManualClock();
  const faults = [new StoreError('timeout', 'slow'), new StoreError('unavailable', 'away')];
  let asked = 0;
  const answered = untilAnswered(() => {
    asked += 1;
    const fault = faults.shift();
    return fault === undefined ? Promise.resolve('key') : Promise.reject(fault);
  }, clock);
  while (faults.length > 0 || asked < 3) await clock.advanceSettling(200);
  assert.deepEqual([await answered, asked], ['key', 3]);
  await assert.rejects(
    untilAnswered(() => Promise.reject(new StoreError('full', 'full')), clock),
    /full/,
  );
  const never = untilAnswered(() => Promise.reject(new StoreError('timeout', 'slow')), clock);
  const told = assert.rejects(never, /slow/);
  for (let waitedMs = 0; waitedMs <= 20_000; waitedMs += 200) await clock.advanceSettling(200);
  await told;
});
