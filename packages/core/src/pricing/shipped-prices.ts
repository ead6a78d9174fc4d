import type { PriceTable } from './price-book.ts';
import { anthropicPrices } from './shipped/anthropic.ts';
import { geminiPrices } from './shipped/gemini.ts';
import { openaiPrices } from './shipped/openai.ts';
import { openrouterPrices } from './shipped/openrouter.ts';
import { readPriceRows } from './shipped/read-price-rows.ts';

/** The day the shipped prices were last held against their sources. */
export const shippedPricesAsOf = '2026-11-23';

/** The prices that come with Tollgate, by provider type and that provider's model name; each type's are read when asked for. */
export const shippedPrices = (): PriceTable => ({
  get anthropic() {
    return readPriceRows(anthropicPrices);
  },
  // Where a deployment is called like its model: Azure's global deployments cost what OpenAI asks.
  get azure() {
    return readPriceRows(openaiPrices);
  },
  get gemini() {
    return readPriceRows(geminiPrices);
  },
  get openai() {
    return readPriceRows(openaiPrices);
  },
  get openrouter() {
    return readPriceRows(openrouterPrices);
  },
});
