import { Connection } from './connection.ts';
import type { Job, LoadReport } from './jobs.ts';
import { quantiles } from './quantiles.ts';
import { requestBytes } from './request-bytes.ts';

/** Callers that each send the next call when they have the answer to the last. */
export async function closedLoop({
  call,
  callers,
  calls,
  withinMs = Infinity,
}: Extract<Job, { kind: 'closed' }>): Promise<LoadReport> {
  const request = requestBytes(call);
  const latencies: number[] = [];
  const firstBytes: number[] = [];
  const startedMs = performance.now();
  let begun = 0;
  let failed = 0;
  const caller = (): Promise<void> =>
    new Promise((resolve) => {
      let sentMs = 0;
      let connection = open();
      function open(): Connection {
        return new Connection(call.port, { onFrames: () => undefined, onAnswer, onBroken });
      }
      function next(): void {
        if (begun >= calls || performance.now() - startedMs > withinMs) {
          sentMs = 0;
          connection.close();
          return resolve();
        }
        begun += 1;
        sentMs = performance.now();
        connection.send(request);
      }
      function onAnswer(status: number, at: { firstByteMs: number; endedMs: number }): void {
        if (status !== call.expected) failed += 1;
        latencies.push(at.endedMs - sentMs);
        firstBytes.push(at.firstByteMs - sentMs);
        next();
      }
      function onBroken(): void {
        if (sentMs === 0) return;
        failed += 1;
        connection = open();
        next();
      }
      next();
    });
  await Promise.all(Array.from({ length: callers }, caller));
  return {
    answered: latencies.length,
    failed,
    elapsedMs: performance.now() - startedMs,
    latencyMs: quantiles(latencies),
    firstByteMs: quantiles(firstBytes),
  };
}
