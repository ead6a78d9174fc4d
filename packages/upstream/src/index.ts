export type { Answer } from './answer.ts';
export type { AnswerSink } from './answer-relay.ts';
export { targetName, type AttemptRecord, type AttemptResult } from './attempt-record.ts';
export type { SetAsideCredential, SetAsideVerdict } from './credential-health.ts';
export type { UpstreamFact } from './upstream-fact.ts';
export { UpstreamFailure } from './upstream-failure.ts';
export type { CallSignal, UpstreamCall, UpstreamPorts, UpstreamSettings } from './upstream-options.ts';
export { createUpstream, type Upstream, type UpstreamAnswer, type UpstreamStatus } from './upstream.ts';
