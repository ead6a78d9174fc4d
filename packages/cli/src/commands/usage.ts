import { adminOperations, usageColumns, type UsageReportView } from '@tollgate/admin';
import type { Command } from '../command.ts';
import { UsageError } from '../failure.ts';
import { formatCsv } from '../output/csv.ts';
import { formatTable } from '../output/table.ts';

const defaultGrouping = 'tenant';

export const usageCommand: Command = {
  name: 'usage',
  summary: 'Show what was used and what it cost, from the roll-ups.',
  positionals: [],
  flags: [
    { name: 'tenant', value: '<tenant>', help: 'whose; of all tenants unless given' },
    {
      name: 'by',
      value: '<what>,…',
      help: 'tenant, key, model, provider, day, hour or tag:<name>; tenant unless given',
    },
    { name: 'since', value: '<time>', help: 'a date, a time with its zone, or `7d` for so long ago; 30d unless given' },
    { name: 'until', value: '<time>', help: 'likewise, and not included; now unless given' },
    { name: 'tz', value: '<zone>', help: 'the zone of dates, days and hours, such as Europe/Berlin; UTC unless given' },
    { name: 'csv', help: 'print comma-separated values' },
  ],
  run: async ({ given, call }) => {
    if (given.isSet('csv') && given.isSet('json')) throw new UsageError('--csv and --json exclude each other');
    const by = given.text('by') ?? defaultGrouping;
    const [tenant, since, until, tz] = ['tenant', 'since', 'until', 'tz'].map((flag) => given.text(flag));
    const report = await call(adminOperations.reportUsage, { tenant, by, since, until, tz });
    const header = [...by.split(','), ...usageColumns];
    const rows = report.rows.map((row) => header.map((column) => String(row[column] ?? '')));
    return { json: report, text: given.isSet('csv') ? formatCsv(header, rows) : describe(report, header, rows) };
  },
};

const describe = (
  { rows }: UsageReportView,
  header: readonly string[],
  cells: readonly (readonly string[])[],
): string =>
  rows.length === 0
    ? 'Nothing was used in that time, or it has not been added up yet.'
    : formatTable(
        header.map((column) => column.toUpperCase()),
        cells,
      );
