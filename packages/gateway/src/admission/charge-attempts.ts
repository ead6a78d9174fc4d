import {
  chargeFor,
  inputBytes,
  noUsage,
  type Call,
  type CostSource,
  type NanoUsd,
  type Price,
  type PriceBook,
  type Target,
  type Usage,
  type UsageEventAttempt,
  type UsageQuantities,
} from '@tollgate/core';
import type { AttemptRecord } from '@tollgate/upstream';

export interface ChargeRules {
  readonly prices: PriceBook;
  /** Which of the two costs is charged where a provider reports one. */
  readonly chargeBy: (provider: string) => 'reported' | 'computed';
}

/** One attempt's share, and its line of the ledger. */
export interface ChargedAttempt {
  readonly target: Target;
  readonly line: UsageEventAttempt;
  readonly usage: Usage;
  readonly costNanoUsd: NanoUsd;
}

/** What a call cost, over all its attempts. */
export interface Charge {
  readonly attempts: readonly ChargedAttempt[];
  readonly usage: Usage;
  /** The usage in the words of the usage event; of a call with one attempt, the very object in its line. */
  readonly quantities: UsageQuantities;
  readonly costNanoUsd: NanoUsd;
  readonly costSource: CostSource;
  readonly estimated: boolean;
}

/** Bytes that make a token where nothing better is known. */
const bytesPerToken = 4;

/** The ledger is by attempt: each that may have been billed is a line, whoever answered in the end. */
export function chargeAttempts(call: Call, attempts: readonly AttemptRecord[], rules: ChargeRules): Charge {
  const charged = attempts.map((attempt) => chargeAttempt(call, attempt, rules));
  const only = charged.length === 1 ? charged[0] : undefined;
  const usage = only?.usage ?? charged.map((attempt) => attempt.usage).reduce(addUsage, noUsage);
  return {
    attempts: charged,
    usage,
    quantities: only?.line.usage ?? usageQuantities(usage),
    costNanoUsd: charged.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n),
    costSource: charged.map(({ line }) => line.cost_source).findLast((source) => source !== 'none') ?? 'none',
    estimated: charged.some(({ line }) => line.cost_source === 'estimated'),
  };
}

function chargeAttempt(call: Call, attempt: AttemptRecord, rules: ChargeRules): ChargedAttempt {
  const { target, progress } = attempt;
  const price = rules.prices.price(target.provider, target.providerModel);
  const known = progress.usage ?? usageByUnits(call, attempt, price);
  const usage = known ?? (attempt.billing === 'none' ? noUsage : estimatedUsage(call, attempt));
  const serviceTier = progress.serviceTier ?? call.serviceTier;
  const computed = price && chargeFor(usage, price, serviceTier);
  const { costNanoUsd, source } = chosenCost(attempt, { computed, isKnown: known !== undefined, rules });
  return {
    target,
    usage,
    costNanoUsd,
    line: {
      provider: target.provider,
      provider_model: target.providerModel,
      credential: attempt.credential,
      result: attempt.result,
      usage: usageQuantities(usage),
      cost_nano_usd: String(costNanoUsd),
      cost_source: source,
      computed_nano_usd: computed === undefined ? null : String(computed),
      reported_nano_usd: progress.reportedCostNanoUsd === undefined ? null : String(progress.reportedCostNanoUsd),
      price_id: priceId(price),
      ...(serviceTier === undefined ? {} : { service_tier: serviceTier }),
    },
  };
}

function chosenCost(
  attempt: AttemptRecord,
  { computed, isKnown, rules }: { computed: NanoUsd | undefined; isKnown: boolean; rules: ChargeRules },
): { costNanoUsd: NanoUsd; source: CostSource } {
  const reported = attempt.progress.reportedCostNanoUsd;
  if (reported !== undefined && (rules.chargeBy(attempt.target.provider) === 'reported' || computed === undefined)) {
    return { costNanoUsd: reported, source: 'reported' };
  }
  if (!isKnown && attempt.billing === 'none') return { costNanoUsd: 0n, source: 'none' };
  if (computed === undefined) return { costNanoUsd: 0n, source: isKnown ? 'none' : 'estimated' };
  return { costNanoUsd: computed, source: isKnown ? 'computed' : 'estimated' };
}

/** The provider never said all of it: the input as it counted or by its bytes, and what was produced. */
const estimatedUsage = (call: Call, { progress }: AttemptRecord): Usage => ({
  ...(progress.inputUsage ?? { ...noUsage, inputUncached: Math.ceil(inputBytes(call) / bytesPerToken) }),
  output: Math.ceil(progress.contentBytes / bytesPerToken),
  units: call.units?.likely ?? 0,
});

/** A model that is billed by characters or searches alone says no usage: the call has them. */
function usageByUnits(call: Call, { result }: AttemptRecord, price: Price | undefined): Usage | undefined {
  const units = call.units?.most;
  if (units === undefined || price === undefined || result !== 'answered') return undefined;
  const { unit, input, output } = price.rates;
  return unit > 0n && input === 0n && output === 0n ? { ...noUsage, units } : undefined;
}

const priceId = (price: Price | undefined): string | null => price?.id ?? null;

/** In the usage event's words. */
function usageQuantities(usage: Usage): UsageQuantities {
  const quantities = {
    input_uncached: usage.inputUncached,
    cache_read: usage.cacheRead,
    cache_write_5m: usage.cacheWrite5m,
    cache_write_1h: usage.cacheWrite1h,
    input_audio: usage.inputAudio,
    output: usage.output,
    reasoning: usage.reasoning,
    output_audio: usage.outputAudio,
    images: usage.images,
  };
  return usage.units === 0 ? quantities : { ...quantities, units: usage.units };
}

const addUsage = (a: Usage, b: Usage): Usage => ({
  inputUncached: a.inputUncached + b.inputUncached,
  cacheRead: a.cacheRead + b.cacheRead,
  cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
  cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
  inputAudio: a.inputAudio + b.inputAudio,
  output: a.output + b.output,
  reasoning: a.reasoning + b.reasoning,
  outputAudio: a.outputAudio + b.outputAudio,
  images: a.images + b.images,
  units: a.units + b.units,
});
