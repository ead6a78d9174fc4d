import * as z from 'zod';
import { defaults } from '../defaults.ts';
import { count, modelName, name, optionalText, text } from './fields.ts';

const { retry, timeouts, breaker } = defaults.routing;

export const providersSchema = z.record(
  name,
  z.strictObject({
    type: z.enum(['openrouter', 'openai', 'anthropic', 'gemini', 'azure', 'openai-compatible']),
    base_url: optionalText,
    api_version: optionalText,
    api_key: optionalText,
    credentials: z
      .array(z.strictObject({ name, api_key: z.string() }))
      .min(1)
      .optional(),
    charge: z.enum(['reported', 'computed']).optional(),
    on_disconnect: z.enum(['abort', 'drain']).default(defaults.provider.on_disconnect),
  }),
);

export const modelsSchema = z.record(
  modelName,
  z.strictObject({
    targets: z.array(z.strictObject({ provider: text, model: modelName, weight: count.optional() })).min(1),
  }),
);

export const routingSchema = z.strictObject({
  retry: z
    .strictObject({
      attempts: count.max(10).default(retry.attempts),
      base_ms: count.default(retry.base_ms),
      max_ms: count.default(retry.max_ms),
      budget_percent: z.number().min(0).max(100).default(retry.budget_percent),
      after_timeout: z.boolean().default(retry.after_timeout),
    })
    .prefault({}),
  timeouts: z
    .strictObject({
      connect_ms: count.default(timeouts.connect_ms),
      first_content_ms: count.default(timeouts.first_content_ms),
      unstreamed_ms: count.default(timeouts.unstreamed_ms),
      idle_ms: count.default(timeouts.idle_ms),
      total_ms: count.default(timeouts.total_ms),
    })
    .prefault({}),
  breaker: z
    .strictObject({
      failures: count.default(breaker.failures),
      window_ms: count.default(breaker.window_ms),
      open_ms: count.default(breaker.open_ms),
    })
    .prefault({}),
});
