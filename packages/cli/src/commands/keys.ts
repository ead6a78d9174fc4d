import { adminOperations, type KeyView, type MintedKeyView } from '@tollgate/admin';
import { parseGatewayKey } from '@tollgate/core';
import type { Answer, Command, Flag, Invocation, Positional } from '../command.ts';
import { describeExpiry, describeLimits, describeModels, describeTime } from '../output/describe-record.ts';
import { formatFields, formatTable } from '../output/table.ts';
import { limitFlags, readLimitFlags } from './limit-flags.ts';

const expiresFlag: Flag = { name: 'expires', value: '<duration>', help: 'for how long it is valid: 90d, 12h, never' };
const idPositional: Positional = { name: 'id', help: "the key's id, or the key itself" };

const createKey: Command = {
  name: 'keys create',
  summary: 'Make a gateway key. Its text is printed once and stored nowhere.',
  positionals: [],
  flags: [
    { name: 'tenant', value: '<tenant>', required: true, help: 'whose key it is' },
    { name: 'tier', value: '<tier>', help: "limits, models and budgets; the tenant's tier unless given" },
    { name: 'name', value: '<name>', help: 'unique in the tenant; made up unless given' },
    { name: 'models', value: '<model>,…', help: 'the only models it may use; * stands for any characters' },
    expiresFlag,
    ...limitFlags,
  ],
  run: async ({ given, call }) => {
    const minted = await call(adminOperations.createKey, {
      tenant: given.needed('tenant'),
      tier: given.text('tier'),
      name: given.text('name'),
      models: given.text('models')?.split(','),
      expires: given.text('expires'),
      ...readLimitFlags(given),
    });
    return { json: minted, text: describeMinted(minted, {}) };
  },
};

const listKeys: Command = {
  name: 'keys list',
  summary: 'List the keys of a tenant, or of all.',
  positionals: [],
  flags: [{ name: 'tenant', value: '<tenant>', help: 'whose keys; of all tenants unless given' }],
  run: async ({ given, call }) => {
    const keys: KeyView[] = [];
    for (const tenant of await tenantsToList(given.text('tenant'), call)) {
      keys.push(...(await call(adminOperations.listKeys, { tenant })).keys);
    }
    return { json: { keys }, text: keys.length === 0 ? 'There are no keys.' : tableOf(keys) };
  },
};

const showKey: Command = {
  name: 'keys show',
  summary: 'Show a key, but for its text, which nobody has.',
  positionals: [idPositional],
  flags: [],
  run: async ({ given, call }) => answerKey(await call(adminOperations.showKey, { id: idOf(given.needed('id')) })),
};

const revokeKey: Command = {
  name: 'keys revoke',
  summary: 'End a key for good; takes effect with its next request.',
  positionals: [idPositional],
  flags: [],
  run: async ({ given, call }) => answerKey(await call(adminOperations.revokeKey, { id: idOf(given.needed('id')) })),
};

const rotateKey: Command = {
  name: 'keys rotate',
  summary: 'Make a key that takes the place of another, with its rights, limits and spend.',
  positionals: [idPositional],
  flags: [
    {
      name: 'overlap',
      value: '<duration>',
      help: 'for how long the old key stays valid: 24h unless given, 0 for not at all',
    },
    {
      ...expiresFlag,
      help: 'for how long the new key is valid: as long as the old one was made for unless given, or never',
    },
  ],
  run: async ({ given, call }) => {
    const id = idOf(given.needed('id'));
    const rotated = await call(adminOperations.rotateKey, {
      id,
      overlap: given.text('overlap'),
      expires: given.text('expires'),
    });
    const { replaces, replaced_key_expires_at: until } = rotated;
    const oldKey = `${replaces}, ${until === null ? 'revoked' : `valid until ${describeTime(until)}`}`;
    return { json: rotated, text: describeMinted(rotated, { 'old key': oldKey }) };
  },
};

export const keyCommands: readonly Command[] = [createKey, listKeys, showKey, revokeKey, rotateKey];

/** Whoever finds a leaked key has its text at hand, not its id. The text goes no further than this process. */
const idOf = (text: string): string => parseGatewayKey(text)?.keyId ?? text;

async function tenantsToList(tenant: string | undefined, call: Invocation['call']): Promise<readonly string[]> {
  if (tenant !== undefined) return [tenant];
  return (await call(adminOperations.listTenants, {})).tenants.map(({ name }) => name);
}

const describeMinted = (minted: MintedKeyView, more: Readonly<Record<string, string>>): string =>
  `${formatFields({
    key: minted.key,
    id: minted.id,
    name: minted.name,
    tenant: minted.tenant,
    tier: minted.tier,
    expires: describeExpiry(minted.expires_at),
    ...more,
  })}\n\nKeep the key now: it is stored nowhere and cannot be shown again.`;

const answerKey = (key: KeyView): Answer => ({
  json: key,
  text: formatFields({
    id: key.id,
    name: key.name,
    tenant: key.tenant,
    tier: key.tier,
    status: key.status,
    models: describeModels(key.models),
    ...describeLimits(key),
    created: describeTime(key.created_at),
    expires: describeExpiry(key.expires_at),
    ...(key.rotated_to === null ? {} : { 'rotated to': key.rotated_to }),
  }),
});

const tableOf = (keys: readonly KeyView[]): string =>
  formatTable(
    ['ID', 'NAME', 'TENANT', 'TIER', 'STATUS', 'EXPIRES', 'CREATED'],
    keys.map((key) => [
      key.id,
      key.name,
      key.tenant,
      key.tier,
      key.status,
      describeExpiry(key.expires_at),
      describeTime(key.created_at),
    ]),
  );
