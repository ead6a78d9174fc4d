/**
 * Instructions of Redis that an admission, a settlement and a refusal take, networking included, as callgrind counts them:
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

const calls = 300;
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

/** Of one of the calls that `work` makes. */
async function count(name: string, work: () => Promise<void>): Promise<number> {
  control('-z');
  control('-i', 'on');
  for (let call = 0; call < calls; call += 1) await work();
  control('-i', 'off');
  control(`--dump=${name}`);
  const texts = readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'));
  const dumped = texts.find((text) => text.includes(`desc: Trigger: dump ${name}`)) ?? '';
  return Number(/^totals: (\d+)/m.exec(dumped)?.[1]) / calls;
}

const store = createRedisStore({
  connection: { kind: 'single', url: new Secret(`redis://127.0.0.1:${port}`) },
  keyPrefix: 'bench',
  timeoutMs: 60_000,
  clock: systemClock,
});
try {
  if (!(await store.whenReady(60_000))) throw new Error('Redis does not come up');
  const caller = await BenchCaller.create(store);
  for (let call = 0; call < 100; call += 1) {
    await caller.admit();
    await caller.settle();
    await caller.refuse();
  }
  const admit = await count('admit', () => caller.admit());
  const settle = await count('settle', () => caller.settle());
  const refuse = await count('refuse', () => caller.refuse());
  for (const [name, instructions] of Object.entries({ admit, settle, refuse })) {
    console.log(`${name.padEnd(8)} ${Math.round(instructions / 1000)} k`);
  }
} finally {
  await store.close();
  server.kill();
}
