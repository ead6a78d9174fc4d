export { buildOf, version, type Build } from './build.ts';
export * from './metrics/labels.ts';
export type { AggregatorMetrics } from './metrics/aggregator-metrics.ts';
export {
  createMetrics,
  degradedReasonOf,
  type EndedAttempt,
  type Level,
  type Metrics,
  type PassedOver,
} from './metrics/metrics.ts';
export { shareWithSupervisor, sumOfWorkers } from './metrics/worker-metrics.ts';
export type { AttemptCharge, FinishedRequest, RequestMetrics } from './metrics/request-metrics.ts';
export { createLogger, logLevels, type Logger, type LoggerOptions, type LogLevel } from './log/logger.ts';
export type { LogFields } from './log/line-format.ts';
export type { LogValue } from './log/log-value.ts';
export type { RefusedBy, RequestLine } from './log/request-line.ts';
export type { RequestTrace } from './tracing/request-trace.ts';
export type { TracedAttempt, TracedRequest } from './tracing/traced-request.ts';
export { createTracer, type Tracer, type TracerOptions } from './tracing/tracer.ts';
