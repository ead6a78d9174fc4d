import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settlement } from '@tollgate/core';
import type { Waiting } from '../../src/journal/waiting.ts';

export const emptyDirectory = (): string => mkdtempSync(join(tmpdir(), 'tollgate-journal-'));

const noUsage = {
  input_uncached: 0,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  input_audio: 0,
  output: 0,
  reasoning: 0,
  output_audio: 0,
  images: 0,
};

export const settlementOf = (producer: string, sequence: number, shard = '07'): Settlement => ({
  reservation: {
    reservationId: `call-${sequence}`,
    shard,
    tenant: 'acme',
    keyId: 'k',
    tokens: 10,
    boundNanoUsd: 123_456_789_012_345n,
    admittedAtMs: 1,
    terms: '1 1 10 35000 0 soft\nE "tenant":"acmé"',
  },
  producer: { id: producer, sequence },
  actualTokens: 7,
  actualNanoUsd: 5n,
  event: {
    schema: 1,
    type: 'call',
    id: `call-${sequence}`,
    tenant: 'acme',
    key_id: 'k',
    scope_id: 'k',
    tier: 'pro',
    endpoint: 'chat_completions',
    model: 'm',
    stream: false,
    outcome: 'completed',
    error_code: null,
    attempts: [],
    usage: noUsage,
    cost_nano_usd: '5',
    estimated: false,
    tags: {},
    started_at_ms: 1,
    duration_ms: 1,
  },
});

/** Numbers that wait, by producer and in order. */
export const numbersOf = (waiting: Iterable<Waiting>): readonly string[] =>
  [...waiting].map(({ producer }) => `${producer.id} ${producer.sequence}`);
