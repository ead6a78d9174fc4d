interface LimitedRecord {
  readonly requests_per_minute: number | null;
  readonly tokens_per_minute: number | null;
  readonly concurrency: number | null;
  readonly budgets: readonly string[];
}

/** What stands where a record leaves something to its tier. */
const tierDecides = "the tier's";

const orTier = (limit: number | null): string => limit?.toString() ?? tierDecides;

/** Limits and budgets of a tenant or key, by the names that people read. */
export const describeLimits = (record: LimitedRecord): Readonly<Record<string, string>> => ({
  'requests/min': orTier(record.requests_per_minute),
  'tokens/min': orTier(record.tokens_per_minute),
  concurrency: orTier(record.concurrency),
  budgets: record.budgets.join(', ') || tierDecides,
});

export const describeModels = (models: readonly string[] | null): string => models?.join(', ') ?? tierDecides;

/** A time to the second, which is what people compare. */
export const describeTime = (iso: string): string => iso.replace(/T(.{8}).*$/, ' $1Z');

export const describeExpiry = (iso: string | null): string => (iso === null ? 'never' : describeTime(iso));
