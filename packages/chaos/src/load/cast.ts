import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { nanoFromUsd, type NanoUsd } from '@tollgate/core';
import { callHttp, type HttpAnswer } from '../http-call.ts';

/** What admins are told of a tenant or key, and what has to hold of it. */
interface Part {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly concurrency?: number;
  /** USD, for good. */
  readonly hard?: string;
  /** USD, a month. */
  readonly soft?: string;
}

interface KeyPart extends Part {
  readonly name: string;
  readonly tenant: string;
}

const tenantParts: Readonly<Record<string, Part>> = {
  metered: { requestsPerMinute: 300, tokensPerMinute: 150_000, soft: '0.05' },
  budgeted: { hard: '3', soft: '1' },
  roomy: {},
};

/**
 * Bounds are about $0.012 a call: a `brimming` key fits a few at once, so that calls race for what is left. There are
 * several, since each call that dies with its node is charged its whole bound.
 */
const keyParts: readonly [KeyPart, ...KeyPart[]] = [
  { name: 'counted', tenant: 'metered', requestsPerMinute: 90 },
  { name: 'narrow', tenant: 'metered', concurrency: 3, soft: '0.02' },
  { name: 'weighed', tenant: 'metered', tokensPerMinute: 40_000 },
  ...['1', '2', '3', '4', '5', '6'].map((number) => ({
    name: `brimming-${number}`,
    tenant: 'budgeted',
    hard: '0.08',
  })),
  { name: 'spending', tenant: 'budgeted', hard: '0.9' },
  { name: 'saving', tenant: 'budgeted', hard: '0.5', soft: '0.01' },
  { name: 'free', tenant: 'roomy' },
  { name: 'watched', tenant: 'roomy', soft: '0.01' },
];

/** A key or tenant as it was made. */
export interface CastScope extends Part {
  /** `key:<id>` or `tenant:<name>`, as Redis has it. */
  readonly scope: string;
  readonly capNanoUsd: NanoUsd | undefined;
}

export interface CastKey {
  readonly name: string;
  readonly secret: string;
  readonly isHard: boolean;
  readonly tenant: string;
}

export interface Cast {
  readonly keys: readonly [CastKey, ...CastKey[]];
  readonly scopes: readonly CastScope[];
  readonly tenants: readonly string[];
}

export const adminToken = 'admin-token-of-the-chaos-0123456789';
const madeKey = z.object({ key: z.string(), id: z.string() });

const patienceMs = 60_000;

/** One call of the admin API, again while the node cannot reach Redis in time; throws on any other answer that is no success. */
export async function askAdmin(port: number, route: string, body?: object): Promise<unknown> {
  const untilMs = Date.now() + patienceMs;
  for (;;) {
    const answer = await askOnce(port, route, body);
    if (answer.status < 300) return JSON.parse(answer.text);
    // What was made although nobody heard so is there.
    if (answer.status === 409 && method(route) === 'POST') return undefined;
    if (answer.status < 500 || Date.now() > untilMs) throw new Error(`${route}: ${answer.status} ${answer.text}`);
    await delay(500);
  }
}

const method = (route: string): string => route.split(' ')[0] ?? '';

function askOnce(port: number, route: string, body?: object): Promise<HttpAnswer> {
  const [verb = '', path = ''] = route.split(' ');
  return callHttp({
    url: `http://127.0.0.1:${port}/admin/v1${path}`,
    method: verb,
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

export async function createKey(
  port: number,
  tenant: string,
  part: { readonly name: string },
): Promise<z.output<typeof madeKey>> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? part.name : `${part.name}-again-${number}`;
    const made = madeKey.safeParse(
      await askAdmin(port, `POST /tenants/${tenant}/keys`, { tier: 'pro', ...part, name }),
    );
    // A key that was made and not heard of is nobody's: it is shown once.
    if (made.success) return made.data;
  }
}

/** Makes all tenants and keys at a node whose operator port is given. */
export async function makeCast(port: number): Promise<Cast> {
  const scopes: CastScope[] = [];
  for (const [name, part] of Object.entries(tenantParts)) {
    await askAdmin(port, 'POST /tenants', { name, tier: 'pro', ...limitsOf(part) });
    scopes.push({ ...part, scope: `tenant:${name}`, capNanoUsd: capOf(part) });
  }
  const make = async (part: KeyPart): Promise<CastKey> => {
    const { key: secret, id } = await createKey(port, part.tenant, { name: part.name, ...limitsOf(part) });
    scopes.push({ ...part, scope: `key:${id}`, capNanoUsd: capOf(part) });
    return { name: part.name, secret, isHard: part.tenant === 'budgeted', tenant: part.tenant };
  };
  const [first, ...others] = keyParts;
  const keys: [CastKey, ...CastKey[]] = [await make(first)];
  for (const part of others) keys.push(await make(part));
  return { keys, scopes, tenants: Object.keys(tenantParts) };
}

const capOf = ({ hard }: Part): NanoUsd | undefined => (hard === undefined ? undefined : nanoFromUsd(hard));

const limitsOf = ({ requestsPerMinute, tokensPerMinute, concurrency, hard, soft }: Part): object => ({
  ...(requestsPerMinute === undefined ? {} : { requests_per_minute: requestsPerMinute }),
  ...(tokensPerMinute === undefined ? {} : { tokens_per_minute: tokensPerMinute }),
  ...(concurrency === undefined ? {} : { concurrency }),
  budgets: [...(hard === undefined ? [] : [`${hard}/total`]), ...(soft === undefined ? [] : [`${soft}/month:soft`])],
});
