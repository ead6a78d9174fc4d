import type { Happened } from './history.ts';

interface LogEntry {
  readonly id: string;
  /** Time that passed until then, as far as it ran forward. */
  readonly atMs: number;
  tokens: number;
}

/** The most requests, and reserved tokens, that were admitted in any 60 s, by an exact log. */
export function busiestMinute(happened: readonly Happened[]): { readonly requests: number; readonly tokens: number } {
  let log: LogEntry[] = [];
  let passedMs = 0;
  let lastMs = happened[0]?.nowMs ?? 0;
  let requests = 0;
  let tokens = 0;
  for (const { step, nowMs, request, reservation, result } of happened) {
    passedMs += Math.max(0, nowMs - lastMs);
    lastMs = nowMs;
    if (step.kind === 'void') log = log.filter(({ id }) => id !== reservation?.reservationId);
    const entry = log.find(({ id }) => id === reservation?.reservationId);
    if (step.kind === 'settle' && entry !== undefined) entry.tokens = Math.min(entry.tokens, step.tokens);
    if (step.kind !== 'admit' || request === undefined || !isAdmitted(result)) continue;
    log.push({ id: request.reservationId, atMs: passedMs, tokens: request.estimatedTokens });
    const minute = log.filter(({ atMs }) => atMs > passedMs - 60_000);
    requests = Math.max(requests, minute.length);
    tokens = Math.max(
      tokens,
      minute.reduce((sum, one) => sum + one.tokens, 0),
    );
  }
  return { requests, tokens };
}

export const isAdmitted = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && 'kind' in result && result.kind === 'admitted';
