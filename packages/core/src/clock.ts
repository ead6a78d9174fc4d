/** Time, handed in so that tests can own it. */
export interface Clock {
  /** Wall time in ms since the epoch; may jump. Only for what people and other systems read. */
  nowMs(): number;
  /** Ms from an arbitrary start; never runs backwards. For durations and deadlines. */
  monotonicMs(): number;
  /** Runs `action` once after `delayMs`; the returned function cancels it. Keeps no process alive. */
  schedule(delayMs: number, action: () => void): () => void;
}

/** The machine's clock. Composition roots hand it in; nothing else names it. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Uniform in [0, 1); handed in for the same reason. */
export type Random = () => number;
