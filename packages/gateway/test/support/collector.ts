import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { listeningPort } from './listening-port.ts';

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: string;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly OtlpValue[] };
}

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code: number };
  readonly attributes: readonly { readonly key: string; readonly value: OtlpValue }[];
}

/** Takes spans as an OpenTelemetry collector does, at `/v1/traces`. */
export interface Collector {
  readonly url: string;
  /** Of the last batch. */
  headers: IncomingHttpHeaders;
  /** Everything that came, as it came. */
  text: string;
  /** What it answers with. */
  status: number;
  /** How many batches were offered. */
  batches: number;
  /** Resolves with the spans of the trace once there are that many. */
  spansOf(traceId: string, count: number): Promise<readonly ReceivedSpan[]>;
  stop(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const arrived = new EventEmitter();
  const spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      collector.batches += 1;
      collector.headers = request.headers;
      collector.text += body;
      const isRight = request.method === 'POST' && request.url === '/v1/traces';
      if (isRight && collector.status === 200) spans.push(...spansIn(body));
      response.writeHead(isRight ? collector.status : 404, { 'content-type': 'application/json' }).end('{}');
      arrived.emit('batch');
    });
  });
  const port = await listeningPort(server);
  const collector: Collector = {
    url: `http://127.0.0.1:${port}`,
    headers: {},
    text: '',
    status: 200,
    batches: 0,
    spansOf: async (traceId, count) => {
      for (;;) {
        const found = spans.filter((span) => span.traceId === traceId);
        if (found.length >= count) return found;
        await once(arrived, 'batch');
      }
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}

interface Otlp {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[] }[];
}

const spansIn = (body: string): readonly ReceivedSpan[] =>
  (JSON.parse(body) as Otlp).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));

/** A span's attributes as plain values. */
export const attributesOf = ({ attributes }: ReceivedSpan): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));

const plain = (value: OtlpValue): unknown =>
  value.stringValue ?? value.boolValue ?? value.arrayValue?.values.map(plain) ?? Number(value.intValue);
