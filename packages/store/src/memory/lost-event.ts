import type { NanoUsd, UsageEvent, UsageEventAttempt, UsageQuantities } from '@tollgate/core';
import type { KnownBeforehand } from '../scripts/event-draft.ts';

/** What a call is charged, and had used when last heard of; `lost` unless it never reached a provider. */
export interface LastHeard {
  readonly lost: boolean;
  readonly nanoUsd: NanoUsd;
  readonly tokens: number;
  readonly durationMs: number;
}

/** The event of a call whose node never said how it ended; the twin of lua/lib/event.lua. */
export const lostEvent = (id: string, known: KnownBeforehand, last: LastHeard): UsageEvent => ({
  schema: 1,
  type: 'call',
  id,
  ...known,
  outcome: 'failed',
  error_code: last.lost ? 'node_lost' : 'never_sent',
  attempts: last.lost ? [lostAttempt(last)] : [],
  usage: usageOf(last.tokens),
  cost_nano_usd: String(last.nanoUsd),
  estimated: last.lost,
  duration_ms: Math.max(0, last.durationMs),
});

const lostAttempt = (last: LastHeard): UsageEventAttempt => ({
  provider: 'unknown',
  provider_model: 'unknown',
  credential: 'unknown',
  result: 'lost',
  usage: usageOf(last.tokens),
  cost_nano_usd: String(last.nanoUsd),
  cost_source: 'estimated',
  computed_nano_usd: null,
  reported_nano_usd: null,
  price_id: null,
});

const usageOf = (output: number): UsageQuantities => ({
  input_uncached: 0,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  input_audio: 0,
  output,
  reasoning: 0,
  output_audio: 0,
  images: 0,
});
