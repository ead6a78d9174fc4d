import { dayMs, hourMs, type RollUpSpan } from '@tollgate/core';

/** How roll-ups are cut up; the same stands in lua/lib/roll-up-keys.lua. */
export const spans: Readonly<Record<RollUpSpan, { readonly ms: number; readonly blockMs: number }>> = {
  hour: { ms: hourMs, blockMs: dayMs },
  day: { ms: dayMs, blockMs: 32 * dayMs },
};

export interface RollUpName {
  readonly tenant: string;
  readonly span: RollUpSpan;
  readonly block: number;
  readonly tag: string | undefined;
}

/** The name of a roll-up's hash, behind `u:`. */
export const rollUpName = ({ tenant, span, block, tag }: RollUpName): string =>
  [tenant, span, String(block), ...(tag === undefined ? [] : [tag])].join(':');

/** The blocks that a stretch of time reaches into. */
export function blocksOf(
  span: RollUpSpan,
  { sinceMs, untilMs }: { sinceMs: number; untilMs: number },
): readonly number[] {
  const { blockMs } = spans[span];
  const first = Math.floor(sinceMs / blockMs);
  const count = Math.max(0, Math.ceil(untilMs / blockMs) - first);
  return Array.from({ length: count }, (_, index) => first + index);
}
