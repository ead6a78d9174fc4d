import { adminOperations, type TenantView } from '@tollgate/admin';
import type { Answer, Command, Flag } from '../command.ts';
import { UsageError } from '../failure.ts';
import { describeLimits, describeTime } from '../output/describe-record.ts';
import { formatFields, formatTable } from '../output/table.ts';
import { limitFlags, readLimitFlags } from './limit-flags.ts';

const tierFlag: Flag = {
  name: 'tier',
  value: '<tier>',
  help: 'limits, models and budgets, from `tiers` in config.yaml',
};

const createTenant: Command = {
  name: 'tenants create',
  summary: 'Make a tenant, which then can have keys.',
  positionals: [{ name: 'name', help: 'lower-case letters, digits, dot, dash and underscore' }],
  flags: [tierFlag, ...limitFlags],
  run: async ({ given, call }) => {
    const name = given.needed('name');
    return answerTenant(
      await call(adminOperations.createTenant, { name, tier: given.text('tier'), ...readLimitFlags(given) }),
    );
  },
};

const listTenants: Command = {
  name: 'tenants list',
  summary: 'List all tenants.',
  positionals: [],
  flags: [],
  run: async ({ call }) => {
    const output = await call(adminOperations.listTenants, {});
    return { json: output, text: output.tenants.length === 0 ? 'There are no tenants.' : tableOf(output.tenants) };
  },
};

const showTenant: Command = {
  name: 'tenants show',
  summary: 'Show a tenant.',
  positionals: [{ name: 'name', help: 'the tenant' }],
  flags: [],
  run: async ({ given, call }) =>
    answerTenant(await call(adminOperations.showTenant, { tenant: given.needed('name') })),
};

const setTenant: Command = {
  name: 'tenants set',
  summary: 'Change a tenant; takes effect with the next request of each of its keys.',
  positionals: [{ name: 'name', help: 'the tenant' }],
  flags: [
    tierFlag,
    { name: 'status', value: '<status>', help: 'active, or suspended, which refuses all its keys' },
    ...limitFlags,
  ],
  run: async ({ given, call }) => {
    const change = { tier: given.text('tier'), status: readStatus(given.text('status')), ...readLimitFlags(given) };
    if (Object.values(change).every((value) => value === undefined)) {
      throw new UsageError('`tenants set` needs a flag that says what to change');
    }
    return answerTenant(await call(adminOperations.setTenant, { tenant: given.needed('name'), ...change }));
  },
};

export const tenantCommands: readonly Command[] = [createTenant, listTenants, showTenant, setTenant];

function readStatus(text: string | undefined): TenantView['status'] | undefined {
  if (text === undefined || text === 'active' || text === 'suspended') return text;
  throw new UsageError(`--status has to be active or suspended, not ${text}`);
}

const answerTenant = (tenant: TenantView): Answer => ({
  json: tenant,
  text: formatFields({
    name: tenant.name,
    tier: tenant.tier,
    status: tenant.status,
    ...describeLimits(tenant),
    created: describeTime(tenant.created_at),
  }),
});

const tableOf = (tenants: readonly TenantView[]): string =>
  formatTable(
    ['NAME', 'TIER', 'STATUS', 'BUDGETS', 'CREATED'],
    tenants.map((tenant) => [
      tenant.name,
      tenant.tier,
      tenant.status,
      describeLimits(tenant)['budgets'] ?? '',
      describeTime(tenant.created_at),
    ]),
  );
