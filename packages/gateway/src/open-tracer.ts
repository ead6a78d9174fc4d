import type { TracingConfig } from '@tollgate/config';
import type { Clock } from '@tollgate/core';
import { createTracer, type Build, type Logger, type Metrics, type Tracer } from '@tollgate/telemetry';

export interface TracerParts {
  readonly build: Build;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Undefined where config names no collector: then nothing is done for any request, and got is not even loaded. */
export function openTracer(
  { otlpEndpoint, otlpHeaders, sampleRatio }: TracingConfig,
  { build, clock, metrics, logger }: TracerParts,
): Tracer | undefined {
  if (otlpEndpoint === undefined) return undefined;
  const address = tracesAddress(otlpEndpoint);
  const headers = Object.fromEntries(Object.entries(otlpHeaders).map(([name, secret]) => [name, secret.reveal()]));
  return createTracer({
    sampleRatio,
    build,
    clock,
    post: (body) => postSpans(address, { body, headers }),
    onDropped: (spans) => metrics.spansDropped(spans),
    onTrouble: (error) =>
      logger.warn('the collector takes no spans; they are dropped', {
        collector: address.host,
        error: error instanceof Error ? error : String(error),
      }),
    onRecovered: () => logger.info('the collector takes spans again', { collector: address.host }),
  });
}

/** A collector is named by its base, as in OTEL_EXPORTER_OTLP_ENDPOINT, or by the whole path. */
function tracesAddress(endpoint: string): URL {
  const address = new URL(endpoint);
  const path = address.pathname.replace(/\/+$/, '');
  address.pathname = path.endsWith('/v1/traces') ? path : `${path}/v1/traces`;
  return address;
}

/** Rejects unless the answer is a 200. Tries again, and waits as it is told to, where OTLP says that this may help. */
async function postSpans(
  address: URL,
  { body, headers }: { body: string; headers: Readonly<Record<string, string>> },
): Promise<string> {
  const { default: got } = await import('got');
  const response = await got(address, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
    followRedirect: false,
    timeout: { connect: 2_000, request: 10_000 },
    retry: { limit: 2, methods: ['POST'], statusCodes: [429, 502, 503, 504], maxRetryAfter: 5_000 },
  });
  if (response.statusCode !== 200) throw new Error(`the collector answered ${response.statusCode}`);
  return response.body;
}
