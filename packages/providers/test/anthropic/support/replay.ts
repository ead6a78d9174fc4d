import { createAnthropicAdapter } from '../../../src/anthropic/adapter.ts';
import type { Usage } from '@tollgate/core';
import type { Exchange } from '@tollgate/provider-simulator';
import { ManualClock } from '@tollgate/testkit';
import { choiceOf, chunksOf, deltasOf, readStream, readWhole } from './message-stream.ts';

/** What a caller and the ledger are to get of a recorded exchange. */
export type Expectation =
  | {
      readonly kind: 'stream';
      readonly id: unknown;
      readonly model: unknown;
      readonly deltas: readonly unknown[];
      readonly finish: unknown;
      readonly usageChunk: unknown;
      readonly ledger: Ledger;
    }
  | { readonly kind: 'whole'; readonly choices: unknown; readonly usage: unknown; readonly ledger: Ledger }
  | { readonly kind: 'error'; readonly code: string; readonly next: string; readonly said: string | undefined };

interface Ledger {
  readonly finishReason: string | undefined;
  readonly contentBytes: number;
  readonly usage: Partial<Usage>;
  readonly serviceTier: string | undefined;
}

/** Reads a recorded answer, cut into pieces at the places given. */
export function replay({ response }: Exchange, cuts: readonly number[] = []): Expectation {
  const { status, headers, body } = response;
  if (status !== 200) {
    const { code, next, providerSaid } = createAnthropicAdapter({ clock: new ManualClock() }).readError(
      status,
      headers,
      body,
    );
    return { kind: 'error', code, next, said: providerSaid?.message };
  }
  return headers['content-type']?.startsWith('text/event-stream') ? replayStream(body, cuts) : replayWhole(body);
}

function replayStream(body: Buffer, cuts: readonly number[]): Expectation {
  const { text, facts, error } = readStream(body, { wantsStreamUsage: true, cuts });
  if (error !== undefined) throw error;
  const chunks = chunksOf(text);
  return {
    kind: 'stream',
    id: chunks[0]?.['id'],
    model: chunks[0]?.['model'],
    deltas: deltasOf(text).slice(0, -1),
    finish: choiceOf(chunks.at(-2) ?? {}),
    usageChunk: chunks.at(-1)?.['usage'],
    ledger: ledgerOf(facts),
  };
}

function replayWhole(body: Buffer): Expectation {
  const { completion, facts } = readWhole(body.toString('utf8'));
  return { kind: 'whole', choices: completion['choices'], usage: completion['usage'], ledger: ledgerOf(facts) };
}

/** Zero quantities are left out, to be readable. */
const ledgerOf = (facts: Omit<Ledger, 'usage'> & { readonly usage: Usage | undefined }): Ledger => ({
  finishReason: facts.finishReason,
  contentBytes: facts.contentBytes,
  usage: Object.fromEntries(Object.entries(facts.usage ?? {}).filter(([, tokens]) => tokens !== 0)),
  serviceTier: facts.serviceTier,
});
