import { newSpanId, newTraceId, parseTraceparent, sampledTraceparent } from './trace-context.ts';

/** The ids of a request that is traced. */
export class RequestTrace {
  readonly traceId: string;
  readonly spanId: string = newSpanId();
  /** The caller's span. */
  readonly parentSpanId: string | undefined;
  readonly #attemptSpanIds: string[] = [];

  constructor(parent: { readonly traceId: string; readonly spanId: string | undefined }) {
    this.traceId = parent.traceId;
    this.parentSpanId = parent.spanId;
  }

  /** Of the attempt of that index, counted from 0: the same however often it is asked for. */
  attemptSpanId(index: number): string {
    return (this.#attemptSpanIds[index] ??= newSpanId());
  }

  /** What the attempt tells its provider. */
  attemptTraceparent(index: number): string {
    return sampledTraceparent(this.traceId, this.attemptSpanId(index));
  }
}

const idSpace = 2 ** 52;

/**
 * Undefined where the request is not traced. A caller that traces decides for itself; of the rest `sampleRatio` are
 * traced, chosen by the trace's id, so that whoever else samples by it chooses the same.
 */
export function beginTrace(traceparent: string | undefined, sampleRatio: number): RequestTrace | undefined {
  const parent = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  if (parent !== undefined) return parent.sampled ? new RequestTrace(parent) : undefined;
  const traceId = newTraceId();
  // The last 13 digits are 52 bits, as many as a number holds exactly.
  if (Number.parseInt(traceId.slice(-13), 16) >= sampleRatio * idSpace) return undefined;
  return new RequestTrace({ traceId, spanId: undefined });
}
