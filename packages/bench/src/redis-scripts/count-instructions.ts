/**
 * Instructions of Redis that an admission, a settlement and a refusal take, networking included, as callgrind counts them, by the
 * number of scopes that a call has and of tenants that calls come from in turn:
 * `node packages/bench/src/redis-scripts/count-instructions.ts [directory for callgrind's files]`. They come out the same on a busy machine.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, systemClock } from '@tollgate/core';
import { createRedisStore } from '@tollgate/store';
import { unusedPort } from '@tollgate/testkit';
import { BenchCaller } from './bench-caller.ts';

const leastCalls = 300;
const directory = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'tollgate-callgrind-'));
const port = await unusedPort();
const flags = `--tool=callgrind --instr-atstart=no --callgrind-out-file=${directory}/out`;
const redis = `redis-server --port ${port} --appendonly no --hz 1 --dynamic-hz no --save`;
const server = spawn('valgrind', [...`${flags} ${redis}`.split(' '), ''], { stdio: 'ignore' });
const { pid } = server;
if (pid === undefined) throw new Error('valgrind cannot be started');

const control = (...args: readonly string[]): void => {
  execFileSync('callgrind_control', [...args, String(pid)], { stdio: 'ignore' });
};

let dumps = 0;

/** Of one of the calls that each of the callers makes in turn. */
async function count(callers: readonly BenchCaller[], work: (caller: BenchCaller) => Promise<void>): Promise<number> {
  const name = `measured-${(dumps += 1)}`;
  control('-z');
  control('-i', 'on');
  for (const caller of callers) await work(caller);
  control('-i', 'off');
  control(`--dump=${name}`);
  const texts = readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'));
  const dumped = texts.find((text) => text.includes(`desc: Trigger: dump ${name}\n`)) ?? '';
  return Number(/^totals: (\d+)/m.exec(dumped)?.[1]) / callers.length;
}

/** As many as there are tenants, and each of them often where they are few. */
const inTurn = (callers: readonly BenchCaller[]): readonly BenchCaller[] =>
  Array.from({ length: Math.max(leastCalls, callers.length) }, (_, call) => callers[call % callers.length]).filter(
    (caller) => caller !== undefined,
  );

async function measure({ scopes, tenants }: { readonly scopes: number; readonly tenants: number }): Promise<void> {
  const callers: BenchCaller[] = [];
  for (let tenant = 0; tenant < tenants; tenant += 1) {
    callers.push(await BenchCaller.create(store, { name: `tenant-${scopes}-${tenants}-${tenant}`, scopes }));
  }
  const turns = inTurn(callers);
  for (const caller of turns) {
    await caller.admit();
    await caller.settle();
  }
  for (const caller of callers) await caller.refuse();
  const figures = [
    await count(turns, (caller) => caller.admit()),
    await count(turns, (caller) => caller.settle()),
    await count(turns, (caller) => caller.refuse()),
  ].map((instructions) => `${Math.round(instructions / 1000)} k`.padStart(8));
  console.log(`${String(scopes).padStart(6)} ${String(tenants).padStart(7)} ${figures.join(' ')}`);
}

const store = createRedisStore({
  connection: { kind: 'single', url: new Secret(`redis://127.0.0.1:${port}`) },
  keyPrefix: 'bench',
  timeoutMs: 60_000,
  clock: systemClock,
});
try {
  if (!(await store.whenReady(60_000))) throw new Error('Redis does not come up');
  console.log('scopes tenants    admit   settle   refuse');
  for (const scopes of [1, 2, 4]) await measure({ scopes, tenants: 1 });
  for (const tenants of [100, 1_000]) await measure({ scopes: 2, tenants });
} finally {
  await store.close();
  server.kill();
}
