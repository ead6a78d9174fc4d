import { formatUsd, maxCapNanoUsd, nanoFromUsd, type Budget, type BudgetPeriod } from '@tollgate/core';

const periods: ReadonlySet<string> = new Set<BudgetPeriod>(['day', 'week', 'month', 'total']);
const isPeriod = (text: string): text is BudgetPeriod => periods.has(text);

/** `100/month` or `5/day:soft`, in USD; undefined where it is no budget. */
export function parseBudget(text: string): Budget | undefined {
  const [, usd, per, soft] = /^\$?([\d.]+)\/([a-z]+)(:soft)?$/.exec(text) ?? [];
  if (usd === undefined || per === undefined || !isPeriod(per)) return undefined;
  const capNanoUsd = nanoFromUsd(usd);
  if (capNanoUsd === undefined || capNanoUsd > maxCapNanoUsd) return undefined;
  return { capNanoUsd, per, hard: soft === undefined };
}

/** What `parseBudget` reads. */
export const formatBudget = (budget: Budget): string =>
  `${formatUsd(budget.capNanoUsd)}/${budget.per}${budget.hard ? '' : ':soft'}`;
