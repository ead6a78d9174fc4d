import type { JsonObject } from '@tollgate/core';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** The ledger as JSON; money is decimal text in nano-USD. */
export function writeLedger(ledger: Ledger): JsonObject {
  const { callsBegun, callsEnded, costNanoUsd } = ledger.totals();
  return {
    calls_begun: callsBegun,
    calls_ended: callsEnded,
    cost_nano_usd: String(costNanoUsd),
    entries: ledger.entries().map(writeEntry),
  };
}

const writeEntry = (entry: LedgerEntry): JsonObject => ({
  sequence: entry.sequence,
  provider: entry.provider,
  endpoint: entry.endpoint,
  model: entry.model,
  credential_sha256: entry.credential.sha256,
  credential_last4: entry.credential.last4,
  request_id: entry.requestId,
  answer_id: entry.answerId,
  status: entry.status,
  stream: entry.stream,
  fault: entry.fault,
  replayed: entry.replayed,
  ended: entry.ended,
  input_uncached: entry.usage.inputUncached,
  cache_read: entry.usage.cacheRead,
  cache_write_5m: entry.usage.cacheWrite5m,
  cache_write_1h: entry.usage.cacheWrite1h,
  output: entry.usage.output,
  reasoning: entry.usage.reasoning,
  input_audio: entry.usage.inputAudio,
  output_audio: entry.usage.outputAudio,
  images: entry.usage.images,
  audio_seconds: entry.units.audioSeconds,
  characters: entry.units.characters,
  searches: entry.units.searches,
  cost_nano_usd: String(entry.costNanoUsd),
  content_events: entry.contentEvents,
  bytes_sent: entry.bytesSent,
  started_at_ms: entry.startedAtMs,
  duration_ms: entry.durationMs,
  request_header_names: entry.requestHeaderNames,
});
