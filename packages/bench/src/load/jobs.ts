/** What the load process is asked to do, and what it answers. */

export interface Call {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The status that counts as an answer. */
  readonly expected: number;
}

export type Job =
  /** Callers that each send the next call when they have the answer to the last. */
  | {
      readonly kind: 'closed';
      readonly call: Call;
      readonly callers: number;
      readonly calls: number;
      /** No call begins later; without: all are made, however long they take. */
      readonly withinMs?: number | undefined;
    }
  /** Calls that begin when they are due, whatever became of those before them. */
  | { readonly kind: 'open'; readonly call: Call; readonly perSecond: number; readonly durationMs: number }
  /** Opens streams and keeps them open; `watch` follows. */
  | { readonly kind: 'openStreams'; readonly call: Call; readonly streams: number; readonly perSecond: number }
  /** Counts what the open streams deliver. */
  | { readonly kind: 'watchStreams'; readonly durationMs: number; readonly everyMs: number }
  | { readonly kind: 'closeStreams' };

export interface LoadReport {
  readonly answered: number;
  readonly failed: number;
  readonly elapsedMs: number;
  /** From when a call was sent, or was due, to the end of its answer. */
  readonly latencyMs: Quantiles;
  /** To the first byte of the answer's body. */
  readonly firstByteMs: Quantiles;
}

export interface StreamReport {
  readonly open: number;
  readonly failed: number;
  readonly frames: number;
  readonly elapsedMs: number;
  /** Streams that at some time were silent for more than three paces. */
  readonly stalled: number;
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}
