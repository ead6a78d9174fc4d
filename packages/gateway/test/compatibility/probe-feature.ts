import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@tollgate/core';
import type { ProviderSimulator } from '@tollgate/provider-simulator';
import type { TestGateway } from '../support/test-gateway.ts';
import type { Feature, InboundProtocol } from './feature.ts';
import type { ProbedKind } from './provider-kinds.ts';

/**
 * - `kept`: reached the provider in its own protocol, as it came.
 * - `mapped`: reached the provider in other words.
 * - `dropped`: left out, and named in `x-tollgate-dropped`.
 * - `refused`: a clear error of the gateway; the provider was not asked.
 * - `provider refuses`: passed on, and the provider said 400 by itself.
 * - `provider ignores`: passed on, and the provider's own answer has nothing of it.
 * - `lost`: none of these, which nothing may be.
 */
export type Fate = 'kept' | 'mapped' | 'dropped' | 'refused' | 'provider refuses' | 'provider ignores' | 'lost';

export interface Finding {
  readonly fate: Fate;
  /** What was seen, for the reader of a failure. */
  readonly seen: string;
  /** The fields that were named as dropped. */
  readonly dropped: readonly string[];
}

export interface Probe {
  readonly simulator: ProviderSimulator;
  readonly gateway: TestGateway;
}

export interface Asked {
  readonly inbound: InboundProtocol;
  readonly feature: Feature;
  readonly kind: ProbedKind;
  readonly stream: boolean;
}

/** Sends one feature through the gateway, and says what became of it. One at a time: the simulator's ledger is read and cleared. */
export async function probeFeature(probe: Probe, asked: Asked): Promise<Finding> {
  const { inbound, feature, kind, stream } = asked;
  const fields = feature.continues === true ? await continuation(probe, asked) : (feature.fields ?? {});
  probe.simulator.clearLedger();
  const { stream_options: _, ...wholeFields } = fields;
  const response = await ask(probe, asked, stream ? { ...fields, stream } : wholeFields);
  const answer = await response.text();
  const dropped = (response.headers.get('x-tollgate-dropped') ?? '').split(', ').filter((name) => name !== '');
  const { code } = errorOf(response, answer);
  if (code !== undefined && refusals.has(code) && probe.simulator.ledger().length === 0) {
    return { fate: 'refused', dropped, seen: answer };
  }
  await probe.simulator.waitForCalls(1);
  const [entry] = probe.simulator.ledger();
  const reached = entry?.requestBody ?? '';
  const found = (fate: Fate): Finding => ({
    fate,
    dropped,
    seen: `${response.status} ${answer}\nthe provider was asked: ${reached}`,
  });
  if (entry?.status === 400) return found('provider refuses');
  if (response.status !== 200) return found('lost');
  if (feature.said !== undefined && !feature.said.test(reached)) return found(dropped.length > 0 ? 'dropped' : 'lost');
  const wanted = stream ? (feature.streamed ?? feature.answered) : feature.answered;
  if (wanted !== undefined && !wanted.test(answer)) {
    const own = await ownAnswer(probe, {
      kind,
      model: entry?.model ?? '',
      endpoint: entry?.endpoint ?? '',
      body: reached,
    });
    return found((feature.given ?? wanted).test(own) ? 'lost' : 'provider ignores');
  }
  return found(entry?.endpoint === inbound.sameEndpoint && holds(reached, fields) ? 'kept' : 'mapped');
}

/** Errors that say what the caller is to change. */
const refusals = new Set(['unsupported_field', 'invalid_field', 'endpoint_not_served', 'response_not_found']);

function errorOf(response: Response, answer: string): { readonly code?: string } {
  if (response.status < 400) return {};
  const { error }: { error?: { code?: string } } = JSON.parse(answer);
  return error ?? {};
}

const ask = ({ gateway }: Probe, { inbound, feature, kind }: Asked, fields: JsonObject): Promise<Response> =>
  fetch(gateway.url + inbound.path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...inbound.body(
        `${kind.kind}/${feature.reasoning === true ? kind.reasoningModel : kind.model}`,
        feature.prompt ?? 'hello',
      ),
      ...fields,
    }),
  });

/** The id of an answer that the same model gave before. */
async function continuation(probe: Probe, asked: Asked): Promise<JsonObject> {
  const { id }: { id: string } = JSON.parse(await (await ask(probe, asked, {})).text());
  return { previous_response_id: id };
}

/** What the provider answers to the same bytes where no gateway is between. */
async function ownAnswer(
  { simulator }: Probe,
  {
    kind,
    model,
    endpoint,
    body,
  }: { readonly kind: ProbedKind; readonly model: string; readonly endpoint: string; readonly body: string },
): Promise<string> {
  const path = ownPaths[endpoint]?.replace('{model}', model);
  assert.ok(path !== undefined, `the provider's path of ${endpoint} is known`);
  const response = await fetch(simulator.url + kind.basePath + path, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-simulated', 'content-type': 'application/json' },
    body,
  });
  return response.text();
}

/** Below a provider's base URL. */
const ownPaths: Readonly<Record<string, string>> = {
  chat_completions: '/chat/completions',
  responses: '/responses',
  generate_content: '/models/{model}:generateContent',
};

/** Whether the body has the members as they were sent; a stream is always asked for its usage. */
function holds(reached: string, fields: JsonObject): boolean {
  const body: JsonObject = JSON.parse(reached);
  return Object.entries(fields).every(
    ([name, value]) => name === 'stream_options' || isDeepStrictEqual(body[name], value),
  );
}
