import * as z from 'zod';

/**
 * The record of a settlement on the shard's stream; also what archives and exports hold.
 * Money is integer nano-USD as decimal text: JSON numbers end at 2^53.
 */

const nanoUsd = z.string().regex(/^-?\d+$/);
const tokens = z.number().int().nonnegative();

export const outcomes = ['completed', 'failed', 'cut', 'aborted'] as const;
/** How an admitted call ended: `cut` is the provider breaking off, `aborted` the client leaving. */
export type Outcome = (typeof outcomes)[number];

/** Who says what a call cost: the provider, our prices, or (usage unknown) an estimate. `none`: nothing was billed. */
export const costSources = ['reported', 'computed', 'estimated', 'none'] as const;
export type CostSource = (typeof costSources)[number];

const usageQuantities = z.strictObject({
  input_uncached: tokens,
  cache_read: tokens,
  cache_write_5m: tokens,
  cache_write_1h: tokens,
  input_audio: tokens,
  output: tokens,
  reasoning: tokens,
  output_audio: tokens,
  images: tokens,
  /** Absent is none: only models that are not billed by tokens have some. */
  units: tokens.optional(),
});

const attemptLine = z.strictObject({
  provider: z.string(),
  provider_model: z.string(),
  credential: z.string(),
  result: z.string(),
  usage: usageQuantities,
  cost_nano_usd: nanoUsd,
  cost_source: z.enum(costSources),
  computed_nano_usd: nanoUsd.nullable(),
  reported_nano_usd: nanoUsd.nullable(),
  price_id: z.string().nullable(),
  /** The service tier that it is priced by, where it is not the standard one. */
  service_tier: z.string().optional(),
});

export const usageEventSchema = z.strictObject({
  schema: z.literal(1),
  type: z.literal('call'),
  /** The reservation's id, which is also the request's. */
  id: z.string(),
  tenant: z.string(),
  key_id: z.string(),
  scope_id: z.string(),
  tier: z.string(),
  endpoint: z.string(),
  model: z.string(),
  stream: z.boolean(),
  outcome: z.enum(outcomes),
  error_code: z.string().nullable(),
  /** One line for each try that reached for a provider, in order; costs add up to `cost_nano_usd`. */
  attempts: z.array(attemptLine),
  usage: usageQuantities,
  cost_nano_usd: nanoUsd,
  estimated: z.boolean(),
  tags: z.record(z.string(), z.string()),
  started_at_ms: z.number().int(),
  duration_ms: z.number().int().nonnegative(),
});

export type UsageEvent = z.infer<typeof usageEventSchema>;

/**
 * A call that was charged by other prices later: the event that it takes the place of, with new charges. What it takes
 * back stands beside it in the stream, and by attempt in `replaces_nano_usd`.
 */
export const repricingEventSchema = usageEventSchema.extend({
  type: z.literal('repricing'),
  attempts: z.array(attemptLine.extend({ replaces_nano_usd: nanoUsd })),
});

export type RepricingEvent = z.infer<typeof repricingEventSchema>;

/** What stands in a stream of usage events. */
export type LedgerEvent = UsageEvent | RepricingEvent;
export type UsageEventAttempt = z.infer<typeof attemptLine>;
export type UsageQuantities = z.infer<typeof usageQuantities>;

/** What an event says of its call beforehand, whatever becomes of it; key and tenant are known besides. */
export type UsageEventDraft = Pick<UsageEvent, 'endpoint' | 'model' | 'stream' | 'tags' | 'started_at_ms'>;
