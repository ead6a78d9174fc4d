import type { PriceBook, Target } from '@tollgate/core';

/**
 * Targets that charged more than their bound: what is known of their prices is wrong, so no hard budget may
 * be spent at them. Until config gives them another price, or this process starts anew.
 */
export class Overruns {
  /** Only what has a price comes here, so config bounds it. */
  readonly #closed = new Set<string>();

  close(target: Target, prices: PriceBook): void {
    this.#closed.add(nameOf(target, prices));
  }

  isClosed(target: Target, prices: PriceBook): boolean {
    return this.#closed.size > 0 && this.#closed.has(nameOf(target, prices));
  }
}

const nameOf = ({ provider, providerModel }: Target, prices: PriceBook): string =>
  `${provider}/${providerModel} ${prices.price(provider, providerModel)?.id}`;
