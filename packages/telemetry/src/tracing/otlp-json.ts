import type { Build } from '../build.ts';
import type { AttributeValue, Span } from './span.ts';

/**
 * An ExportTraceServiceRequest in OTLP's JSON: ids in hex, 64-bit numbers as text, enumerations as numbers.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function otlpJson(spans: readonly Span[], build: Build): string {
  const resource = {
    'service.name': 'tollgate',
    'service.version': build.version,
    'vcs.ref.head.revision': build.commit,
  };
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributes(resource) },
        scopeSpans: [{ scope: { name: 'tollgate', version: build.version }, spans: spans.map(otlpSpan) }],
      },
    ],
  });
}

const kinds = { server: 2, client: 3 } as const;
const errorStatus = 2;

const otlpSpan = (span: Span) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
  name: span.name,
  kind: kinds[span.kind],
  startTimeUnixNano: unixNano(span.startedAtMs),
  endTimeUnixNano: unixNano(span.endedAtMs),
  attributes: attributes(span.attributes),
  ...(span.failed ? { status: { code: errorStatus } } : {}),
});

/** Whole and fractional ms apart: nanoseconds since the epoch are more than a number holds exactly. */
function unixNano(ms: number): string {
  const wholeMs = Math.floor(ms);
  const nanos = Math.round((ms - wholeMs) * 1e6);
  return String(BigInt(wholeMs) * 1_000_000n + BigInt(nanos));
}

const attributes = (values: Span['attributes']) =>
  Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: anyValue(value) }]));

function anyValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  return { arrayValue: { values: value.map((text) => ({ stringValue: text })) } };
}
