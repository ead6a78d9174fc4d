import type { ParsedArguments } from '../arguments/parse-arguments.ts';
import type { Flag } from '../command.ts';
import { UsageError } from '../failure.ts';

/** Flags for limits and budgets, which tenants and keys have alike. */
export const limitFlags: readonly Flag[] = [
  { name: 'rpm', value: '<n>', help: "requests a minute, instead of the tier's" },
  { name: 'tpm', value: '<n>', help: "tokens a minute, instead of the tier's" },
  { name: 'concurrency', value: '<n>', help: "calls at once, instead of the tier's" },
  { name: 'budget', value: '<usd>/<period>', repeatable: true, help: 'USD per day, week, month or total: 5/day' },
  { name: 'soft', help: 'the budgets alert and never refuse' },
];

interface LimitInput {
  readonly requests_per_minute: number | null | undefined;
  readonly tokens_per_minute: number | null | undefined;
  readonly concurrency: number | null | undefined;
  readonly budgets: string[] | undefined;
}

/** The members of an operation's input that the flags stand for; `tier` and `none` take back what was set. */
export const readLimitFlags = (given: ParsedArguments): LimitInput => ({
  requests_per_minute: readLimit(given, 'rpm'),
  tokens_per_minute: readLimit(given, 'tpm'),
  concurrency: readLimit(given, 'concurrency'),
  budgets: readBudgets(given),
});

function readLimit(given: ParsedArguments, flag: string): number | null | undefined {
  const text = given.text(flag);
  if (text === undefined) return undefined;
  if (text === 'tier') return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--${flag} has to be a whole number, or \`tier\`, not ${text}`);
}

function readBudgets(given: ParsedArguments): string[] | undefined {
  const budgets = given.texts('budget').flatMap((text) => text.split(','));
  if (budgets.length === 0) {
    if (given.isSet('soft')) throw new UsageError('--soft needs a --budget that it makes soft');
    return undefined;
  }
  if (budgets.includes('none')) return [];
  return given.isSet('soft') ? budgets.map((budget) => `${budget.replace(/:soft$/, '')}:soft`) : budgets;
}
