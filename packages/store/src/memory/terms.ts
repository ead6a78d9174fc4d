import { z } from 'zod';
import type { AdmitRequest } from '@tollgate/core';
import { knownBeforehand } from '../scripts/event-draft.ts';
import type { LoadedScope } from './scope-state.ts';

const nanoUsd = z.string().transform(BigInt);

const termsSchema = z.object({
  admittedAtMs: z.number(),
  tokens: z.number(),
  leaseMs: z.number(),
  /** What a lost call is charged. */
  estimate: nanoUsd,
  /** A hard budget holds it, so that progress never lowers or raises the estimate. */
  firm: z.boolean(),
  scopes: z.array(
    z.object({
      kind: z.enum(['key', 'tenant']),
      id: z.string(),
      second: z.number(),
      folds: z.number(),
      tokensPerMinute: z.number().optional(),
      holds: z.array(z.object({ periodId: z.string(), endsAtMs: z.number().optional(), amount: nanoUsd })),
    }),
  ),
  known: z.object({
    tenant: z.string(),
    key_id: z.string(),
    scope_id: z.string(),
    tier: z.string(),
    endpoint: z.string(),
    model: z.string(),
    stream: z.boolean(),
    tags: z.record(z.string(), z.string()),
    started_at_ms: z.number(),
  }),
});

/** What was agreed at admission. */
export type Terms = z.infer<typeof termsSchema>;
export type TermsScope = Terms['scopes'][number];

export const agree = (request: AdmitRequest, scopes: readonly LoadedScope[], nowMs: number): Terms => {
  const firm = scopes.some(({ budgets }) => budgets.some(({ budget }) => budget.hard));
  return {
    admittedAtMs: nowMs,
    tokens: request.estimatedTokens,
    leaseMs: request.leaseMs,
    estimate: firm ? (request.boundNanoUsd ?? request.expectedNanoUsd) : request.expectedNanoUsd,
    firm,
    scopes: scopes.map(({ scope, ring, budgets }) => ({
      kind: scope.kind,
      id: scope.id,
      second: ring.at,
      folds: ring.folds,
      tokensPerMinute: scope.limits.tokensPerMinute,
      holds: budgets.map(({ periodId, endsAtMs, hold = 0n }) => ({ periodId, endsAtMs, amount: hold })),
    })),
    known: knownBeforehand(request),
  };
};

export const writeTerms = (terms: Terms): string =>
  JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

export const readTerms = (text: string): Terms => termsSchema.parse(JSON.parse(text));
