import * as z from 'zod';
import { defaults } from '../defaults.ts';
import { count, countOrOff, name, text, usdAmount } from './fields.ts';

export const tiersSchema = z.record(
  name,
  z.strictObject({
    requests_per_minute: count.optional(),
    tokens_per_minute: count.optional(),
    concurrency: count.optional(),
    models: z.array(text).min(1),
    budgets: z
      .array(
        z.strictObject({
          usd: usdAmount,
          per: z.enum(['day', 'week', 'month', 'total']),
          soft: z.boolean().default(defaults.tierBudget.soft),
        }),
      )
      .default([]),
  }),
);

const rates = {
  input: usdAmount,
  output: usdAmount,
  cache_read: usdAmount.optional(),
  cache_write: usdAmount.optional(),
  cache_write_1h: usdAmount.optional(),
  input_audio: usdAmount.optional(),
  output_audio: usdAmount.optional(),
  image: usdAmount.optional(),
  unit: usdAmount.optional(),
};

const rateCard = { ...rates, above: z.array(z.strictObject({ input_tokens: count, ...rates })).optional() };

export const pricingSchema = z.record(
  text,
  z.record(
    text,
    z.strictObject({
      ...rateCard,
      service_tiers: z.record(name, z.strictObject(rateCard)).optional(),
      context_window: count.optional(),
      max_output: countOrOff.optional(),
    }),
  ),
);

export const budgetsSchema = z.strictObject({
  time_zone: text.default(defaults.budgets.time_zone),
  alert_at: z.array(z.number().positive().max(10)).default([...defaults.budgets.alert_at]),
});

export const tagsSchema = z.strictObject({
  allowed: z.array(name).default([...defaults.tags.allowed]),
  max_values: count.default(defaults.tags.max_values),
});
