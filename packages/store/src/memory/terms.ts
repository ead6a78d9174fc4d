import * as z from 'zod';
import type { AdmitRequest, FurtherCost } from '@tollgate/core';
import { knownBeforehand } from '../scripts/event-draft.ts';
import type { LoweredOutput } from '../scripts/admit.ts';
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
  /** Where the output's was lowered. */
  outputCapTokens: z.number().optional(),
  scopes: z.array(
    z.object({
      kind: z.enum(['key', 'tenant']),
      id: z.string(),
      second: z.number(),
      folds: z.number(),
      tokensPerMinute: z.number().optional(),
      holds: z.array(
        z.object({
          periodId: z.string(),
          endsAtMs: z.number().optional(),
          amount: nanoUsd,
          /** The budget's, if it is hard. */
          cap: nanoUsd.optional(),
        }),
      ),
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
export type TermsHold = TermsScope['holds'][number];

export const agree = (
  request: AdmitRequest,
  {
    scopes,
    lowered,
    nowMs,
  }: {
    readonly scopes: readonly LoadedScope[];
    readonly lowered: LoweredOutput | undefined;
    readonly nowMs: number;
  },
): Terms => {
  const boundNanoUsd = lowered?.boundNanoUsd ?? request.boundNanoUsd;
  const firm = scopes.some(({ budgets }) => budgets.some(({ budget }) => budget.hard));
  return {
    admittedAtMs: nowMs,
    tokens: request.estimatedTokens,
    leaseMs: request.leaseMs,
    estimate: firm ? (boundNanoUsd ?? request.expectedNanoUsd) : request.expectedNanoUsd,
    firm,
    outputCapTokens: lowered?.capTokens,
    scopes: scopes.map(({ scope, ring, budgets }) => ({
      kind: scope.kind,
      id: scope.id,
      second: ring.at,
      folds: ring.folds,
      tokensPerMinute: scope.limits.tokensPerMinute,
      holds: budgets.map(({ budget, periodId, endsAtMs, hold = 0n }) => ({
        periodId,
        endsAtMs,
        amount: hold,
        cap: budget.hard ? budget.capNanoUsd : undefined,
      })),
    })),
    known: knownBeforehand(request),
  };
};

/** What is agreed once more is held for a further attempt. */
export const extendTerms = (terms: Terms, { boundNanoUsd = 0n, expectedNanoUsd }: FurtherCost): Terms => ({
  ...terms,
  estimate: terms.estimate + (terms.firm ? boundNanoUsd : expectedNanoUsd),
  scopes: terms.scopes.map((scope) => ({
    ...scope,
    holds: scope.holds.map((hold) => ({
      ...hold,
      amount: hold.amount + (hold.cap === undefined ? expectedNanoUsd : boundNanoUsd),
    })),
  })),
});

export const writeTerms = (terms: Terms): string =>
  JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

export const readTerms = (text: string): Terms => termsSchema.parse(JSON.parse(text));
