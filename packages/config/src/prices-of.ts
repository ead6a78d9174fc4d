import { createPriceBook, shippedPrices, type PriceBook } from '@tollgate/core';
import type { Config } from './config.ts';

/** The prices in force: those of config.yaml over those that ship with Tollgate. */
export const pricesOf = ({ pricing, providers }: Pick<Config, 'pricing' | 'providers'>): PriceBook =>
  createPriceBook({
    overrides: pricing,
    shipped: shippedPrices(),
    typeOf: (provider) => providers.get(provider)?.type,
  });
