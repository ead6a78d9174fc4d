import { setTimeout as elapsed } from 'node:timers/promises';
import { Connection } from './connection.ts';
import type { Job, LoadReport } from './jobs.ts';
import { quantiles } from './quantiles.ts';
import { requestBytes } from './request-bytes.ts';

/**
 * Calls begin at a fixed rate, each on a connection that is free or on a new one, and their time counts from when they
 * were due. So a pause of the gateway is seen by every call that fell into it, as its callers would see it.
 */
export async function openLoop({ call, perSecond, durationMs }: Extract<Job, { kind: 'open' }>): Promise<LoadReport> {
  const request = requestBytes(call);
  const latencies: number[] = [];
  const firstBytes: number[] = [];
  const free: ((dueMs: number) => void)[] = [];
  const open = new Set<Connection>();
  let underWay = 0;
  let failed = 0;

  const begin = (dueMs: number): void => {
    underWay += 1;
    const reuse = free.pop() ?? openConnection();
    reuse(dueMs);
  };
  const openConnection = (): ((dueMs: number) => void) => {
    let sinceMs = 0;
    const connection = new Connection(call.port, {
      onFrames: () => undefined,
      onAnswer: (status, at) => {
        if (status !== call.expected) failed += 1;
        latencies.push(at.endedMs - sinceMs);
        firstBytes.push(at.firstByteMs - sinceMs);
        sinceMs = 0;
        underWay -= 1;
        free.push(send);
      },
      onBroken: () => {
        open.delete(connection);
        const at = free.indexOf(send);
        if (at !== -1) free.splice(at, 1);
        if (sinceMs === 0) return;
        underWay -= 1;
        failed += 1;
      },
    });
    open.add(connection);
    function send(dueMs: number): void {
      sinceMs = dueMs;
      connection.send(request);
    }
    return send;
  };

  const startedMs = performance.now();
  const gapMs = 1000 / perSecond;
  for (let sent = 0; sent * gapMs < durationMs;) {
    const dueUntil = (performance.now() - startedMs) / gapMs;
    for (; sent < dueUntil && sent * gapMs < durationMs; sent += 1) begin(startedMs + sent * gapMs);
    await elapsed(1);
  }
  for (let waitedMs = 0; underWay > 0 && waitedMs < 5000; waitedMs += 10) await elapsed(10);
  const elapsedMs = performance.now() - startedMs;
  for (const connection of open) connection.close();
  return {
    answered: latencies.length,
    failed: failed + underWay,
    elapsedMs,
    latencyMs: quantiles(latencies),
    firstByteMs: quantiles(firstBytes),
  };
}
