import { addSums, datesIn, noSums, type UsageRow, type UsageSums } from '@tollgate/core';

/** What a report can tell apart: these, and a tag as `tag:<name>`. */
export const dimensions = ['tenant', 'key', 'model', 'provider', 'day', 'hour'] as const;
export type Dimension = (typeof dimensions)[number] | `tag:${string}`;

const tagPrefix = 'tag:';
export const isTag = (dimension: Dimension): dimension is `tag:${string}` => dimension.startsWith(tagPrefix);
export const tagOf = (dimension: `tag:${string}`): string => dimension.slice(tagPrefix.length);

export interface GroupedRow {
  readonly group: Readonly<Record<string, string>>;
  readonly sums: UsageSums;
}

export interface TenantRows {
  readonly tenant: string;
  readonly rows: readonly UsageRow[];
  /** Those of the events that carry the tag, by its values; empty where the report is by no tag. */
  readonly tagged: readonly UsageRow[];
}

/** Rows added up by what the report tells apart, in order of that. What carries no tag has an empty value for it. */
export function groupUsage(
  all: readonly TenantRows[],
  { by, timeZone }: { readonly by: readonly Dimension[]; readonly timeZone: string },
): readonly GroupedRow[] {
  const groups = new Map<string, GroupedRow>();
  const nameOf = namesOf(timeZone);
  const add = (tenant: string, row: UsageRow, times: 1 | -1 = 1): void => {
    const group = Object.fromEntries(by.map((dimension) => [dimension, nameOf(dimension, tenant, row)]));
    const name = JSON.stringify(by.map((dimension) => group[dimension]));
    groups.set(name, { group, sums: addSums(groups.get(name)?.sums ?? noSums, row.sums, times) });
  };
  for (const { tenant, rows, tagged } of all) {
    for (const row of rows) add(tenant, row);
    for (const row of tagged) {
      add(tenant, row);
      add(tenant, { ...row, tagValue: undefined }, -1);
    }
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)
    .filter(({ sums }) => Object.values(sums).some((sum) => sum !== 0 && sum !== 0n));
}

/** Hours belong to the day in which they begin: in zones that are not whole hours from UTC the first one lies across. */
function namesOf(timeZone: string): (dimension: Dimension, tenant: string, row: UsageRow) => string {
  const dateOf = datesIn(timeZone);
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return (dimension, tenant, row) => {
    switch (dimension) {
      case 'tenant':
        return tenant;
      case 'key':
        return row.keyScope;
      case 'model':
        return row.model;
      case 'provider':
        return row.provider;
      case 'day':
        return dateOf(row.startMs);
      case 'hour':
        return `${dateOf(row.startMs)} ${time.format(row.startMs)}`;
      default:
        return row.tagValue ?? '';
    }
  };
}
