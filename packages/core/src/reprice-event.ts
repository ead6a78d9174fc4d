import type { KeptEvent, Repricing } from './books.ts';
import { tryParseJson } from './json.ts';
import type { NanoUsd } from './money.ts';
import { chargeFor } from './pricing/charge.ts';
import type { PriceBook } from './pricing/price-book.ts';
import {
  usageEventSchema,
  type RepricingEvent,
  type UsageEvent,
  type UsageEventAttempt,
  type UsageQuantities,
} from './usage-event.ts';
import type { Usage } from './usage.ts';

/** Which charges are computed anew. Undefined is any. */
export interface RepricingScope {
  /** Calls that began from here on … */
  readonly sinceMs: number;
  /** … and before this. */
  readonly untilMs: number | undefined;
  readonly provider: string | undefined;
  /** The provider's name for it, as prices have it. */
  readonly providerModel: string | undefined;
}

/** An attempt whose charge changes. */
export interface RepricedAttempt {
  readonly provider: string;
  readonly providerModel: string;
  readonly fromNanoUsd: NanoUsd;
  readonly toNanoUsd: NanoUsd;
}

/**
 * What the event's call costs by these prices, where that differs from what it is charged now. Charges that a provider
 * reported stay, and so does what has no price. Undefined where nothing changes.
 */
export function repriceEvent(
  kept: KeptEvent,
  prices: PriceBook,
  scope: RepricingScope,
): { readonly repricing: Repricing; readonly changed: readonly RepricedAttempt[] } | undefined {
  const parsed = usageEventSchema.safeParse(tryParseJson(kept.text));
  if (!parsed.success || !isInTime(parsed.data, scope)) return undefined;
  const { attempts: written, cost_nano_usd: charged } = parsed.data;
  const before = kept.repriced === '' ? written : laterCharges(written, kept.repriced);
  const replacesNanoUsd = sum(before);
  if (kept.repriced === '' && replacesNanoUsd !== BigInt(charged)) return undefined;
  const attempts = before.map((line) => ({
    ...repriceAttempt(line, prices, scope),
    replaces_nano_usd: line.cost_nano_usd,
  }));
  const changed = attempts.flatMap((line) => changeOf(line) ?? []);
  if (changed.length === 0) return undefined;
  const event = { ...parsed.data, type: 'repricing', attempts, cost_nano_usd: String(sum(attempts)) } as const;
  const costs = attempts.map((line) => `${line.cost_nano_usd}/${line.price_id ?? ''}`).join(' ');
  return { repricing: { of: kept, costs, replacesNanoUsd, event }, changed };
}

const isInTime = ({ started_at_ms: atMs }: UsageEvent, { sinceMs, untilMs }: RepricingScope): boolean =>
  atMs >= sinceMs && (untilMs === undefined || atMs < untilMs);

/** The attempts as the last repricing left them, of which `costs` tells. */
const laterCharges = (attempts: readonly UsageEventAttempt[], costs: string): readonly UsageEventAttempt[] => {
  const each = costs.split(' ').map((text) => text.split('/'));
  return attempts.map((line, index) => {
    const [cost = line.cost_nano_usd, priceId = ''] = each[index] ?? [];
    return cost === line.cost_nano_usd ? line : chargedAs(line, cost, priceId);
  });
};

function repriceAttempt(line: UsageEventAttempt, prices: PriceBook, scope: RepricingScope): UsageEventAttempt {
  // Of a lost call nobody knows what it used; the truth takes the place of its estimate.
  if (line.cost_source === 'reported' || line.result === 'lost') return line;
  if (scope.provider !== undefined && scope.provider !== line.provider) return line;
  if (scope.providerModel !== undefined && scope.providerModel !== line.provider_model) return line;
  const price = prices.price(line.provider, line.provider_model);
  if (price === undefined) return line;
  const cost = String(chargeFor(asUsage(line.usage), price, line.service_tier));
  return cost === line.cost_nano_usd ? line : chargedAs(line, cost, price.id);
}

/** A call that had no price was charged by nobody; from now on it is. */
const chargedAs = (line: UsageEventAttempt, cost: string, priceId: string): UsageEventAttempt => ({
  ...line,
  cost_nano_usd: cost,
  computed_nano_usd: cost,
  cost_source: line.cost_source === 'none' ? 'computed' : line.cost_source,
  price_id: priceId,
});

const changeOf = (line: RepricingEvent['attempts'][number]): RepricedAttempt | undefined =>
  line.cost_nano_usd === line.replaces_nano_usd
    ? undefined
    : {
        provider: line.provider,
        providerModel: line.provider_model,
        fromNanoUsd: BigInt(line.replaces_nano_usd),
        toNanoUsd: BigInt(line.cost_nano_usd),
      };

const asUsage = (usage: UsageQuantities): Usage => ({
  inputUncached: usage.input_uncached,
  cacheRead: usage.cache_read,
  cacheWrite5m: usage.cache_write_5m,
  cacheWrite1h: usage.cache_write_1h,
  inputAudio: usage.input_audio,
  output: usage.output,
  reasoning: usage.reasoning,
  outputAudio: usage.output_audio,
  units: usage.units ?? 0,
  images: usage.images,
});

const sum = (attempts: readonly UsageEventAttempt[]): NanoUsd =>
  attempts.reduce((total, line) => total + BigInt(line.cost_nano_usd), 0n);
