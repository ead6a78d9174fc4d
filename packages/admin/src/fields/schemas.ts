import * as z from 'zod';
import { parseKeyId, type Budget, type Limits } from '@tollgate/core';
import { parseBudget } from './budget.ts';
import { parseDuration } from './duration.ts';

/** Schemas of the fields that operations take. Messages complete a sentence that begins with the field's name. */

/** Fails validation with a message where the text cannot be read. */
const readText = <Value>(read: (text: string) => Value | undefined, message: string) =>
  z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

export const keyIdField = readText(
  parseKeyId,
  'has to be the id of a key: 14 letters and digits, as `keys list` shows it',
);

export const durationField = readText(
  parseDuration,
  'has to be a duration such as `90d`, `24h` or `30m`, or `0`, and at most 100 years',
);

/** A duration from now, or null for never. */
export const expiryField = z.union([z.literal('never').transform(() => null), durationField]);

const mostBudgets = 8;
const budgetField = readText(
  parseBudget,
  'has to be USD per day, week, month or total, such as `100/month` or `5/day:soft`, and at most 9 million',
);

const distinct = (budgets: readonly Budget[]): boolean =>
  new Set(budgets.map(({ per, hard }) => `${per}/${hard}`)).size === budgets.length;

export const budgetsField = z
  .array(budgetField)
  .max(mostBudgets, `has to be at most ${mostBudgets} budgets`)
  .refine(distinct, 'has two budgets for the same period: keep one, or make one `:soft`');

const mostModels = 100;
export const modelsField = z
  .array(z.string().regex(/^[^\s,]{1,200}$/, 'has to be a model name, in which `*` stands for any characters'))
  .min(1, 'has to name a model: leave it out to allow what the tier allows')
  .max(mostModels, `has to be at most ${mostModels} models`);

const largestLimit = 1_000_000_000;
const limitField = z
  .int('has to be a whole number')
  .min(1, 'has to be at least 1')
  .max(largestLimit, `has to be at most ${largestLimit}`);

/** Limits over the tier's. Null: the tier's own. */
export const limitFields = {
  requests_per_minute: limitField.nullable().optional(),
  tokens_per_minute: limitField.nullable().optional(),
  concurrency: limitField.nullable().optional(),
};

type LimitInput = z.output<z.ZodObject<typeof limitFields>>;

/** `current` with the limits that were given: a number is set, null goes back to the tier's. */
export function changeLimits(current: Partial<Limits>, input: LimitInput): Partial<Limits> {
  const pick = (given: number | null | undefined, before: number | undefined): number | undefined =>
    given === undefined ? before : (given ?? undefined);
  const requestsPerMinute = pick(input.requests_per_minute, current.requestsPerMinute);
  const tokensPerMinute = pick(input.tokens_per_minute, current.tokensPerMinute);
  const concurrency = pick(input.concurrency, current.concurrency);
  return {
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}
