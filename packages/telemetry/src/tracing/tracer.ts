import type { Clock } from '@tollgate/core';
import type { Build } from '../build.ts';
import { otlpJson } from './otlp-json.ts';
import { requestSpans } from './request-spans.ts';
import { beginTrace, type RequestTrace } from './request-trace.ts';
import { SpanExporter } from './span-exporter.ts';
import type { TracedRequest } from './traced-request.ts';

export interface TracerOptions {
  /** Share of requests, 0 to 1, of those whose callers do not decide. */
  readonly sampleRatio: number;
  /** Posts OTLP in JSON to a collector; resolves with the body of its 200, rejects for anything else. */
  readonly post: (body: string) => Promise<string>;
  readonly build: Build;
  readonly clock: Clock;
  readonly onDropped: (spans: number) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly onRecovered: () => void;
}

/** There is one only where tracing is on. */
export interface Tracer {
  /** Undefined where this request is not traced. */
  begin(traceparent: string | undefined): RequestTrace | undefined;
  /** Makes the request's spans, now that it has ended, and puts them on their way. */
  end(trace: RequestTrace, request: TracedRequest): void;
  /** Resolves once they are out, or after `withinMs`. */
  flush(withinMs: number): Promise<void>;
}

export function createTracer({ sampleRatio, post, build, ...options }: TracerOptions): Tracer {
  const exporter = new SpanExporter({
    ...options,
    send: async (batch) => refusedSpans(await post(otlpJson(batch, build))),
  });
  return {
    begin: (traceparent) => beginTrace(traceparent, sampleRatio),
    end: (trace, request) => exporter.add(requestSpans(trace, request)),
    flush: (withinMs) => exporter.flush(withinMs),
  };
}

/** A collector may take a batch and yet refuse some of it: `{"partialSuccess":{"rejectedSpans":"3"}}`. */
const refusedSpans = (answer: string): number => Number(/"rejectedSpans"\s*:\s*"?(\d+)/.exec(answer)?.[1] ?? 0);
