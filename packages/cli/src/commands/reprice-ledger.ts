import { adminOperations } from '@tollgate/admin';
import { formatUsd } from '@tollgate/core';
import type { AdminClient } from '../client/admin-client.ts';
import type { Command } from '../command.ts';
import { count } from '../output/count.ts';
import { formatTable } from '../output/table.ts';

interface Change {
  readonly provider: string;
  readonly model: string;
  readonly attempts: number;
  readonly from_nano_usd: string;
  readonly to_nano_usd: string;
}

interface Repriced {
  readonly events: number;
  readonly repriced: number;
  readonly passed_over: number;
  readonly changes: readonly Change[];
}

const nothing: Repriced = { events: 0, repriced: 0, passed_over: 0, changes: [] };

export const repriceLedgerCommand: Command = {
  name: 'ledger reprice',
  summary: 'Charge calls of the past by the prices that are in force now, as corrections.',
  positionals: [],
  flags: [
    { name: 'since', value: '<time>', required: true, help: 'calls that began then or later: as for `usage`, in UTC' },
    { name: 'until', value: '<time>', help: 'calls that began before then; up to now unless given' },
    { name: 'provider', value: '<provider>', help: 'only charges of this provider' },
    { name: 'model', value: '<model>', help: "only charges of this model, by the provider's name for it" },
    { name: 'dry-run', help: 'say what would change, and change nothing' },
  ],
  run: async ({ given, call }) => {
    const dryRun = given.isSet('dry-run');
    const [until, provider, model] = ['until', 'provider', 'model'].map((flag) => given.text(flag));
    const all = await repriceAll(call, { since: given.needed('since'), until, provider, model, dry_run: dryRun });
    const difference = all.changes.reduce((sum, change) => sum + differenceOf(change), 0n);
    return {
      json: { ...all, difference_nano_usd: String(difference), dry_run: dryRun },
      text: describe(all, { difference, dryRun }),
    };
  },
};

interface Asked {
  readonly since: string;
  readonly until: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly dry_run: boolean;
}

async function repriceAll(call: AdminClient['call'], asked: Asked): Promise<Repriced> {
  let input: Asked & { readonly from?: string } = asked;
  let all = nothing;
  for (;;) {
    const page = await call(adminOperations.repriceEvents, input);
    all = addPage(all, page);
    if (page.next === null) return all;
    input = { ...asked, since: page.since, until: page.until ?? undefined, from: page.next };
  }
}

const addPage = (all: Repriced, page: Repriced): Repriced => ({
  events: all.events + page.events,
  repriced: all.repriced + page.repriced,
  passed_over: all.passed_over + page.passed_over,
  changes: page.changes.reduce(addChange, all.changes),
});

const addChange = (changes: readonly Change[], change: Change): readonly Change[] => {
  const isSame = ({ provider, model }: Change): boolean => provider === change.provider && model === change.model;
  const known = changes.find(isSame);
  if (known === undefined) return [...changes, change];
  const sum: Change = {
    ...known,
    attempts: known.attempts + change.attempts,
    from_nano_usd: String(BigInt(known.from_nano_usd) + BigInt(change.from_nano_usd)),
    to_nano_usd: String(BigInt(known.to_nano_usd) + BigInt(change.to_nano_usd)),
  };
  return changes.map((each) => (each === known ? sum : each));
};

const differenceOf = (change: Change): bigint => BigInt(change.to_nano_usd) - BigInt(change.from_nano_usd);

function describe(all: Repriced, { difference, dryRun }: { readonly difference: bigint; readonly dryRun: boolean }) {
  const rows = all.changes.map((change) => [
    change.provider,
    change.model,
    String(change.attempts),
    formatUsd(BigInt(change.from_nano_usd)),
    formatUsd(BigInt(change.to_nano_usd)),
    formatUsd(differenceOf(change)),
  ]);
  const header = ['PROVIDER', 'MODEL', 'CHARGES', 'FROM USD', 'TO USD', 'DIFFERENCE USD'];
  const passedOver = `${count(all.passed_over, 'call')} changed meanwhile and were left alone: run it again`;
  return [
    ...(rows.length === 0 ? [] : [formatTable(header, rows)]),
    ...(all.passed_over === 0 ? [] : [passedOver]),
    `${count(all.events, 'event')} looked at, ${count(all.repriced, 'call')} ${dryRun ? 'to be repriced' : 'repriced'}`,
    `difference_nano_usd ${difference}`,
  ].join('\n');
}
