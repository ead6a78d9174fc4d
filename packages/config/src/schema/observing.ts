import * as z from 'zod';
import { alertKinds } from '@tollgate/core';
import { defaults } from '../defaults.ts';
import { count, name, optionalText, usdAmount } from './fields.ts';

const { spend_spike: spendSpike, webhooks } = defaults.alerts;

export const alertsSchema = z.strictObject({
  spend_spike: z
    .strictObject({
      factor: z.number().min(1).max(1000).default(spendSpike.factor),
      min_usd: usdAmount.default(spendSpike.min_usd),
    })
    .prefault({}),
  webhooks: z
    .array(
      z.strictObject({
        name,
        url: z.string(),
        secret: z.string(),
        kinds: z
          .array(z.enum(alertKinds))
          .min(1)
          .default([...alertKinds]),
      }),
    )
    .default([...webhooks]),
});

export const archiveSchema = z.strictObject({
  directory: optionalText,
  max_waiting_events: count.default(defaults.archive.max_waiting_events),
});
