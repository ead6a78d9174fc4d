import { request } from 'node:http';
import { setTimeout as elapsed } from 'node:timers/promises';
import { callBody } from '../measures/call-bodies.ts';

const patienceMs = 30_000;

/** Asks until the answer is 200; how long that took. */
export async function firstAnswerMs(at: {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}): Promise<number> {
  const startedMs = performance.now();
  while (performance.now() - startedMs < patienceMs) {
    if ((await statusOf(at)) === 200) return performance.now() - startedMs;
    await elapsed(2);
  }
  throw new Error(`nothing answered at port ${at.port} within ${patienceMs / 1000} s`);
}

const statusOf = (at: Parameters<typeof firstAnswerMs>[0]): Promise<number> =>
  new Promise((resolve) => {
    const headers = { ...at.headers, 'content-type': 'application/json' };
    request({ host: '127.0.0.1', port: at.port, path: at.path, method: 'POST', headers, agent: false }, (answer) => {
      answer.resume();
      answer.once('close', () => resolve(answer.statusCode ?? 0));
    })
      .once('error', () => resolve(0))
      .end(callBody());
  });
