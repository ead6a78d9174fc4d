import * as z from 'zod';
import { defaults } from '../defaults.ts';
import { optionalText, text } from './fields.ts';
import { alertsSchema, archiveSchema } from './observing.ts';
import { redisSchema } from './redis.ts';
import { modelsSchema, providersSchema, routingSchema } from './routing.ts';
import { serverSchema } from './server.ts';
import { budgetsSchema, pricingSchema, tagsSchema, tiersSchema } from './spending.ts';

/** config.yaml as it is written: names in snake case, defaults filled in, references not yet checked. */
export const configFileSchema = z.strictObject({
  version: z.literal(defaults.version).default(defaults.version),
  server: serverSchema.prefault({}),
  redis: redisSchema.prefault({}),
  providers: providersSchema.default({}),
  models: modelsSchema.default({}),
  routing: routingSchema.prefault({}),
  tiers: tiersSchema.default({}),
  default_tier: text.optional(),
  pricing: pricingSchema.default({}),
  budgets: budgetsSchema.prefault({}),
  tags: tagsSchema.prefault({}),
  alerts: alertsSchema.prefault({}),
  archive: archiveSchema.prefault({}),
  logging: z
    .strictObject({
      level: z.enum(['error', 'warn', 'info', 'debug']).default(defaults.logging.level),
      content: z.enum(['off', 'on']).default(defaults.logging.content),
    })
    .prefault({}),
  tracing: z
    .strictObject({
      otlp_endpoint: optionalText,
      otlp_headers: z.record(text, z.string()).default({}),
      sample_ratio: z.number().min(0).max(1).default(defaults.tracing.sample_ratio),
    })
    .prefault({}),
});

export type ConfigFile = z.output<typeof configFileSchema>;
