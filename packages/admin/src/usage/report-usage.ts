import * as z from 'zod';
import { formatUsd, type UsageSums } from '@tollgate/core';
import { AdminError } from '../admin-error.ts';
import type { AdminContext } from '../context.ts';
import { nameField } from '../fields/name.ts';
import { defineOperation } from '../operation.ts';
import { requireTenant } from '../tenants/tenant-operations.ts';
import { dimensions, groupUsage, isTag, tagOf, type Dimension, type TenantRows } from './group-usage.ts';
import { readTimeRange, type TimeRange } from './time-range.ts';

/** What every row has behind its grouping. */
export const usageColumns = [
  'requests',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_usd',
  'estimated_requests',
] as const;

const reportView = z.object({ rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))) });
export type UsageReportView = z.output<typeof reportView>;

const timeZoneField = z.string().refine((zone) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}, 'has to be an IANA time zone such as `Europe/Berlin`');

const tagRule = /^tag:[\w.-]{1,64}$/;
const isDimension = (text: string): text is Dimension =>
  dimensions.some((dimension) => dimension === text) || tagRule.test(text);

export const reportUsage = defineOperation({
  name: 'report_usage',
  method: 'GET',
  path: '/admin/v1/usage',
  input: z.strictObject({
    tenant: nameField.optional(),
    by: z.string().optional(),
    since: z.string().optional(),
    until: z.string().optional(),
    tz: timeZoneField.optional(),
  }),
  output: reportView,
  run: async (context, input) => {
    const by = readDimensions(input.by ?? 'tenant');
    const timeZone = input.tz ?? 'UTC';
    const nowMs = context.clock.nowMs();
    const range = readTimeRange({
      since: input.since,
      until: input.until,
      timeZone,
      byHour: by.includes('hour'),
      nowMs,
    });
    const tag = by.filter(isTag).map(tagOf)[0];
    const all: TenantRows[] = [];
    for (const tenant of await tenantsOf(context, input.tenant))
      all.push(await readTenant(context, { tenant, range, tag }));
    const rows = groupUsage(all, { by, timeZone });
    return { rows: rows.map(({ group, sums }) => ({ ...group, ...viewSums(sums) })) };
  },
});

function readDimensions(text: string): readonly Dimension[] {
  const by = text.split(',').map((word) => {
    if (isDimension(word)) return word;
    throw new AdminError('invalid_input', `\`by\` knows ${dimensions.join(', ')} and tag:<name>, not \`${word}\``);
  });
  if (new Set(by).size < by.length) throw new AdminError('invalid_input', '`by` names something twice');
  if (by.filter(isTag).length > 1) throw new AdminError('invalid_input', '`by` takes one tag at a time');
  return by;
}

const tenantsOf = async (context: AdminContext, name: string | undefined): Promise<readonly string[]> =>
  name === undefined
    ? (await context.store.tenants()).map((tenant) => tenant.name)
    : [(await requireTenant(context, name)).name];

async function readTenant(
  { report }: AdminContext,
  { tenant, range, tag }: { readonly tenant: string; readonly range: TimeRange; readonly tag: string | undefined },
): Promise<TenantRows> {
  const rows = await report.rows({ tenant, ...range, tag: undefined });
  return { tenant, rows, tagged: tag === undefined ? [] : await report.rows({ tenant, ...range, tag }) };
}

const viewSums = (sums: UsageSums): Record<(typeof usageColumns)[number], string | number> => ({
  requests: sums.requests,
  input_tokens: sums.inputTokens,
  cache_read_tokens: sums.cacheReadTokens,
  cache_write_tokens: sums.cacheWriteTokens,
  output_tokens: sums.outputTokens,
  reasoning_tokens: sums.reasoningTokens,
  cost_usd: formatUsd(sums.costNanoUsd),
  estimated_requests: sums.estimatedRequests,
});
