import cluster, { type Worker } from 'node:cluster';
import type { Clock } from '@tollgate/core';
import { sumOfWorkers } from '@tollgate/telemetry';
import { isScrapeRequest, scrapeAnswer, toldSignals, type ToldSignal } from './messages.ts';

export interface Supervising {
  readonly count: number;
  readonly clock: Clock;
  readonly signals: { on(signal: ToldSignal, listener: () => void): unknown };
  /** For whoever reads the log. */
  readonly say: (line: string) => void;
}

/** A worker that lived so long did not die of how it starts. */
const steadyMs = 60_000;
const firstPauseMs = 250;
const longestPauseMs = 30_000;

/**
 * Keeps so many processes running that share the ports; Node hands each of them connections in turn, so that long
 * streams spread evenly. Signals are told to all, since one sent to a process alone reaches this one. Resolves with an
 * exit code once all have ended, or the first could not start.
 */
export function superviseWorkers({ count, clock, signals, say }: Supervising): Promise<number> {
  return new Promise((resolve) => {
    let isStopping = false;
    let hasListened = false;
    let lossesInARow = 0;
    const start = (): void => {
      if (isStopping) return;
      const startedMs = clock.monotonicMs();
      const worker = cluster.fork();
      worker.once('listening', () => (hasListened = true));
      worker.on('message', (message: unknown) => answer(worker, message));
      worker.once('exit', (code, signal) => {
        if (isStopping) return endIfAlone();
        if (!hasListened) return resolve(code === 0 ? 1 : code);
        lossesInARow = clock.monotonicMs() - startedMs > steadyMs ? 1 : lossesInARow + 1;
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (lossesInARow - 1));
        say(`worker ${worker.process.pid} ended (${signal === '' ? code : signal}); another starts in ${pauseMs} ms`);
        clock.schedule(pauseMs, start);
      });
    };
    const endIfAlone = (): void => {
      if (living().length === 0) resolve(0);
    };
    for (const signal of toldSignals) {
      signals.on(signal, () => {
        isStopping ||= signal !== 'SIGHUP';
        for (const worker of living()) worker.send({ signal });
        if (isStopping) endIfAlone();
      });
    }
    for (let started = 0; started < count; started += 1) start();
  });
}

const living = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);

/** A worker that is scraped answers for all. */
function answer(worker: Worker, message: unknown): void {
  if (!isScrapeRequest(message)) return;
  sumOfWorkers().then(
    (text) => worker.isConnected() && worker.send(scrapeAnswer(message, text)),
    () => worker.isConnected() && worker.send(scrapeAnswer(message, undefined)),
  );
}
