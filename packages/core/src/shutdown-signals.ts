import type { Clock } from './clock.ts';

/** What `process` does with signals. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/**
 * One key press reaches us twice: from the terminal, and from npm, which hands on what it gets.
 * Signals this close together are one.
 */
const onePressMs = 500;

/** Calls `drain` at the first signal and `endAtOnce` at the second. */
export function onShutdownSignals(options: {
  readonly signals: SignalSource;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly drain: () => void;
  readonly endAtOnce: () => void;
}): void {
  let firstAtMs: number | undefined;
  const onSignal = (): void => {
    const nowMs = options.clock.monotonicMs();
    if (firstAtMs === undefined) {
      firstAtMs = nowMs;
      options.drain();
    } else if (nowMs - firstAtMs > onePressMs) {
      options.endAtOnce();
    }
  };
  options.signals.on('SIGINT', onSignal);
  options.signals.on('SIGTERM', onSignal);
}
