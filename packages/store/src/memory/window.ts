import { Ring } from './ring.ts';
import type { ScopeState } from './scope-state.ts';
import type { TermsScope } from './terms.ts';

/**
 * Puts the tokens that were used in place of the reserved ones. What was not used goes back, as far as its
 * bucket still holds it; what was used beyond becomes debt, or where no limit is, simply use.
 */
export function correctTokens(
  state: ScopeState,
  { second, folds, tokensPerMinute }: TermsScope,
  { surplus, nowMs }: { readonly surplus: number; readonly nowMs: number },
): void {
  if (surplus === 0) return;
  const ring = Ring.open(state.ring, nowMs, tokensPerMinute);
  if (surplus > 0 && tokensPerMinute !== undefined) {
    ring.debt += surplus;
    ring.workOff(tokensPerMinute);
  } else if (surplus > 0) {
    ring.add(ring.at, 0, surplus);
  } else {
    const bucket = ring.bucket(second, folds);
    if (bucket !== undefined) ring.add(second, 0, Math.max(surplus, -bucket.tokens));
  }
  state.ring = ring;
}

/** Takes a whole reservation out of the window, if its bucket is still there. */
export function giveBack(
  state: ScopeState,
  { second, folds, tokensPerMinute }: TermsScope,
  { tokens, nowMs }: { readonly tokens: number; readonly nowMs: number },
): void {
  const ring = Ring.open(state.ring, nowMs, tokensPerMinute);
  const bucket = ring.bucket(second, folds);
  if (bucket === undefined) return;
  ring.add(second, -Math.min(1, bucket.requests), -Math.min(tokens, bucket.tokens));
  state.ring = ring;
}
