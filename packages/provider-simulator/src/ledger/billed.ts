import { chargeFor, nanoFromPico, noUsage, type NanoUsd, type Usage } from '@tollgate/core';
import type { SimulatedPrice } from '../call/models.ts';

/** What is billed by other measures than tokens and images. */
export interface BilledUnits {
  readonly audioSeconds: number;
  readonly characters: number;
  readonly searches: number;
}

export const noUnits: BilledUnits = { audioSeconds: 0, characters: 0, searches: 0 };

/** What a call is billed for. */
export interface Billed {
  readonly usage: Usage;
  readonly units: BilledUnits;
  /** As the answer names it; undefined is the standard one. */
  readonly serviceTier: string | undefined;
}

export const nothingBilled: Billed = { usage: noUsage, units: noUnits, serviceTier: undefined };

export const billTokens = (usage: Partial<Usage>, serviceTier?: string): Billed => ({
  usage: { ...noUsage, ...usage },
  units: noUnits,
  serviceTier,
});

/** What that costs. Tokens are rounded up to nano-USD once, and so is everything else. */
export const costOf = ({ usage, units, serviceTier }: Billed, { price, perUnit }: SimulatedPrice): NanoUsd =>
  chargeFor(usage, price, serviceTier) +
  nanoFromPico(
    BigInt(units.audioSeconds) * perUnit.audioSecond +
      BigInt(units.characters) * perUnit.character +
      BigInt(units.searches) * perUnit.search,
  );
