import { randomBytes } from 'node:crypto';

/** A span as W3C's `traceparent` names it; ids are lower-case hex. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

const noTraceId = '0'.repeat(32);
const noSpanId = '0'.repeat(16);
const sampledBit = 1;

/** Version 00; undefined for anything else, and for ids of zeros, which name nothing. */
export function parseTraceparent(text: string): TraceContext | undefined {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text);
  const [, traceId = noTraceId, spanId = noSpanId, flags = ''] = match ?? [];
  if (traceId === noTraceId || spanId === noSpanId) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & sampledBit) !== 0 };
}

export const sampledTraceparent = (traceId: string, spanId: string): string => `00-${traceId}-${spanId}-01`;

export const newTraceId = (): string => randomBytes(16).toString('hex');

export const newSpanId = (): string => randomBytes(8).toString('hex');
