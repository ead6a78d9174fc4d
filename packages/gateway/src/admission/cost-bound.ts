import {
  dearestRates,
  maxCapNanoUsd,
  nanoFromPico,
  type Call,
  type DearestRates,
  type NanoUsd,
  type OutputCost,
  type PicoUsd,
  type PriceBook,
  type Target,
} from '@tollgate/core';
import { inputField } from '../calls/conversation-parts.ts';
import { harmfulField } from './harmless-fields.ts';
import { inputExtent, mostInputTokens, type InputExtent } from './input-bound.ts';

/** An answer cut off below this is of no use to anybody; a caller that asks for less is given what it asks for. */
export const leastUsefulTokens = 64;

export interface BoundRules {
  readonly prices: PriceBook;
  /** Whether the provider reads files for a fee of its own beside the tokens. */
  readonly chargesForFiles: (provider: string) => boolean;
}

/** The most that a call can cost, at its dearest target. */
export interface BoundedCost {
  readonly kind: 'bounded';
  readonly boundNanoUsd: NanoUsd;
  readonly outputCost: OutputCost;
  readonly extent: InputExtent;
}

/** Nothing bounds what the call can cost: no hard budget can cover it. */
export interface UnboundedCost {
  readonly kind: 'unbounded';
  /** Why, and what to do, as a sentence. */
  readonly because: string;
  readonly param: string | undefined;
}

/** The bound of a call over all of its targets, at the caller's output cap or one that all of them accept. */
export function costBound(call: Call, targets: readonly Target[], rules: BoundRules): BoundedCost | UnboundedCost {
  const field = harmfulField(call);
  if (field !== undefined) return unbounded(`\`${field}\` may cost what nothing bounds: leave it out.`, field);
  const capTokens = call.outputCapTokens ?? smallestMaximum(targets, rules);
  if (capTokens === undefined) {
    return unbounded('the largest output of the model is not known: set `max_tokens`.', 'max_tokens');
  }
  const extent = inputExtent(call);
  const bounds = targets.map((target) => targetBound(call, { target, extent, rules }));
  const open = bounds.find((bound) => bound.kind === 'unbounded');
  if (open !== undefined) return open;
  const closed = bounds.filter((bound) => bound.kind === 'bounded');
  const outputCost: OutputCost = {
    inputNanoUsd: largest(closed.map(({ inputNanoUsd }) => inputNanoUsd)),
    picoUsdPerToken: largest(closed.map(({ picoUsdPerToken }) => picoUsdPerToken)),
    capTokens,
    leastTokens: Math.min(leastUsefulTokens, capTokens),
  };
  const boundNanoUsd = boundAt(outputCost, capTokens);
  if (boundNanoUsd > maxCapNanoUsd) {
    return unbounded('it may cost more than the largest budget there can be: lower `max_tokens`.', 'max_tokens');
  }
  return { kind: 'bounded', boundNanoUsd, outputCost, extent };
}

/** The bound of one attempt; undefined where there is none. */
export function attemptBound(
  call: Call,
  {
    target,
    extent,
    capTokens,
    rules,
  }: {
    readonly target: Target;
    readonly extent: InputExtent;
    readonly capTokens: number;
    readonly rules: BoundRules;
  },
): NanoUsd | undefined {
  const bound = targetBound(call, { target, extent, rules });
  return bound.kind === 'bounded' ? boundAt(bound, capTokens) : undefined;
}

const boundAt = ({ inputNanoUsd, picoUsdPerToken }: TargetLine, capTokens: number): NanoUsd =>
  inputNanoUsd + nanoFromPico(BigInt(capTokens) * picoUsdPerToken);

type TargetLine = Pick<OutputCost, 'inputNanoUsd' | 'picoUsdPerToken'>;

function targetBound(
  call: Call,
  { target, extent, rules }: { readonly target: Target; readonly extent: InputExtent; readonly rules: BoundRules },
): (TargetLine & { readonly kind: 'bounded' }) | UnboundedCost {
  const name = `${target.provider}/${target.providerModel}`;
  const price = rules.prices.price(target.provider, target.providerModel);
  if (price === undefined) return unbounded(`\`${name}\` has no price: ask your operator for one.`, 'model');
  if (rules.chargesForFiles(target.provider) && extent.hasFiles) {
    return unbounded(
      `\`${target.provider}\` may charge for reading files: send their text.`,
      inputField(call.protocol),
    );
  }
  const inputTokens = mostInputTokens(extent, { ...target, contextWindowTokens: price.contextWindowTokens });
  if (inputTokens === undefined) {
    return unbounded(`the context window of \`${name}\` is not known: send text alone.`, inputField(call.protocol));
  }
  const rates = dearestRates({ inputTokens, serviceTier: call.serviceTier }, price);
  if (rates === undefined) return unbounded(`\`${name}\` has no price at this service tier.`, 'service_tier');
  const units = rates.unit === 0n ? 0 : call.units?.most;
  if (units === undefined) {
    return unbounded(`\`${name}\` is billed by the length of a recording, which is not known before.`, 'model');
  }
  return lineOf(call, { inputTokens, units, rates });
}

const lineOf = (
  { choices }: Call,
  { inputTokens, units, rates }: { readonly inputTokens: number; readonly units: number; readonly rates: DearestRates },
): TargetLine & { readonly kind: 'bounded' } => ({
  kind: 'bounded',
  inputNanoUsd: nanoFromPico(
    BigInt(inputTokens) * rates.input + BigInt(units) * rates.unit + BigInt(choices) * rates.image,
  ),
  picoUsdPerToken: BigInt(choices) * rates.output,
});

/** A cap that every target accepts; undefined where one of them is not known to have a maximum. */
function smallestMaximum(targets: readonly Target[], { prices }: BoundRules): number | undefined {
  const maxima = targets.map((target) => prices.price(target.provider, target.providerModel)?.maxOutputTokens);
  return maxima.reduce((least, maximum) =>
    least === undefined || maximum === undefined ? undefined : Math.min(least, maximum),
  );
}

const unbounded = (because: string, param: string): UnboundedCost => ({ kind: 'unbounded', because, param });

const largest = (amounts: readonly PicoUsd[]): PicoUsd => amounts.reduce((a, b) => (b > a ? b : a), 0n);
