import { EventEmitter } from 'node:events';
import { shareWithSupervisor, type Metrics } from '@tollgate/telemetry';
import { isScrapeAnswer, isToldSignal, toldSignals } from './messages.ts';

/** What a process is to its supervisor. */
export interface WorkerTies {
  /** In place of the process' own signals, which a terminal sends to every process. */
  readonly signals: EventEmitter;
  /** The metrics of all workers as text; rejects where one of them does not answer. */
  readonly scrape: () => Promise<string>;
}

/** Obeys the supervisor: signals come from it, and its end is taken for one. */
export function beWorker(metrics: Metrics): WorkerTies {
  const signals = new EventEmitter();
  const scrapes = new Map<number, (text: string | undefined) => void>();
  let lastScrape = 0;
  for (const signal of toldSignals) process.on(signal, () => undefined);
  shareWithSupervisor(metrics);
  process.on('message', (message: unknown) => {
    if (isToldSignal(message)) signals.emit(message.signal);
    else if (isScrapeAnswer(message)) {
      scrapes.get(message.scraped)?.(message.text);
      scrapes.delete(message.scraped);
    }
  });
  process.once('disconnect', () => signals.emit('SIGTERM'));
  return {
    signals,
    scrape: async () => {
      const scrape = (lastScrape += 1);
      const text = await new Promise<string | undefined>((resolve) => {
        scrapes.set(scrape, resolve);
        process.send?.({ scrape });
      });
      if (text === undefined) throw new Error('a worker did not tell its metrics in time');
      return text;
    },
  };
}
