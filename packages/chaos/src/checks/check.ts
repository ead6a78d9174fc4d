import type { Evidence } from '../evidence/evidence.ts';

/** One thing that has to hold, and what was found. */
export interface Check {
  /** Begins with the invariant's number. */
  readonly name: string;
  /** What has to hold, as a sentence. */
  readonly claim: string;
  readonly passed: boolean;
  readonly figures: Readonly<Record<string, string | number>>;
  /** What speaks against it: the first of them. */
  readonly findings: readonly string[];
}

export type Examine = (evidence: Evidence) => readonly Check[];

const shownFindings = 20;

/** It holds where nothing speaks against it. */
export const checkOf = (
  { name, claim }: Pick<Check, 'name' | 'claim'>,
  figures: Check['figures'],
  findings: readonly string[],
): Check => ({
  name,
  claim,
  passed: findings.length === 0,
  figures: findings.length === 0 ? figures : { ...figures, violations: findings.length },
  findings: findings.slice(0, shownFindings),
});

/** Of all calls, the events of those of the cast. */
export const castEvents = ({ events, cast }: Evidence): Evidence['events'] =>
  events.filter(({ event }) => cast.tenants.includes(event.tenant));

export function groupBy<Item>(
  items: Iterable<Item>,
  nameOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

export const sumOf = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((sum, amount) => sum + amount, 0n);
