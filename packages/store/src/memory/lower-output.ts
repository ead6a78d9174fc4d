import type { AdmitRequest, NanoUsd, OutputCost } from '@tollgate/core';
import type { LoweredOutput } from '../scripts/admit.ts';
import type { LoadedScope } from './scope-state.ts';

const picoPerNano = 1000n;

/**
 * The twin of lua/lib/output.lua: the output cap that is left where money is spent, and the scopes with
 * what their hard budgets hold for it.
 */
export function lowerOutput(
  scopes: readonly LoadedScope[],
  { outputCost }: Pick<AdmitRequest, 'outputCost'>,
): { readonly scopes: readonly LoadedScope[]; readonly lowered: LoweredOutput | undefined } {
  const unspent = leastUnspent(scopes);
  if (outputCost === undefined || unspent === undefined) return { scopes, lowered: undefined };
  const lowered = affordable(outputCost, unspent);
  const leastHold = costOf(outputCost, outputCost.leastTokens);
  return {
    lowered,
    scopes: scopes.map((loaded) => ({
      ...loaded,
      budgets: loaded.budgets.map((one) =>
        one.budget.hard ? { ...one, leastHold, hold: lowered?.boundNanoUsd ?? one.hold } : one,
      ),
    })),
  };
}

function leastUnspent(scopes: readonly LoadedScope[]): NanoUsd | undefined {
  const unspent = scopes.flatMap(({ state, budgets }) =>
    budgets
      .filter(({ budget }) => budget.hard)
      .map(({ budget, periodId }) => budget.capNanoUsd - (state.periods.get(periodId)?.spent ?? 0n)),
  );
  return unspent.reduce<NanoUsd | undefined>(
    (least, one) => (least === undefined || one < least ? one : least),
    undefined,
  );
}

/** Undefined where the cap may stay as it is, or a lower one would be of no use. */
function affordable(cost: OutputCost, unspent: NanoUsd): LoweredOutput | undefined {
  const left = unspent - cost.inputNanoUsd;
  if (left < 0n || cost.picoUsdPerToken === 0n) return undefined;
  const tokens = (left * picoPerNano) / cost.picoUsdPerToken;
  if (tokens >= cost.capTokens || tokens < cost.leastTokens) return undefined;
  const capTokens = Number(tokens);
  return { capTokens, boundNanoUsd: costOf(cost, capTokens) };
}

const costOf = (cost: OutputCost, tokens: number): NanoUsd =>
  cost.inputNanoUsd + (BigInt(tokens) * cost.picoUsdPerToken + picoPerNano - 1n) / picoPerNano;
