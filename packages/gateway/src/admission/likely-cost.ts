import { chargeFor, noUsage, type Call, type NanoUsd, type PriceBook, type Target } from '@tollgate/core';
import type { LikelyTokens } from './token-estimator.ts';

/** What so many tokens cost at the first target that has a price; nothing where none has. */
export function likelyCost(
  call: Call,
  {
    tokens,
    targets,
    prices,
  }: {
    readonly tokens: LikelyTokens;
    readonly targets: readonly Target[];
    readonly prices: PriceBook;
  },
): NanoUsd {
  const priced = targets.map(({ provider, providerModel }) => prices.price(provider, providerModel));
  const price = priced.find((one) => one !== undefined);
  if (price === undefined) return 0n;
  const images = call.protocol === 'images_generations' ? call.choices : 0;
  const beside = { units: call.units?.likely ?? 0, images };
  return chargeFor(
    { ...noUsage, ...beside, inputUncached: tokens.input, output: tokens.output },
    price,
    call.serviceTier,
  );
}
