import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock, type Protocol } from '@tollgate/core';
import { createProviders } from '@tollgate/providers';
import { servedCalls } from '../../src/calls/served-calls.ts';
import { probedKinds, type ProbedKind } from '../compatibility/provider-kinds.ts';
import type { Clients, SdkRun } from './both-ways.ts';
import { calledEndpoints, type CalledEndpoint } from './called-endpoints.ts';
import { both, compareCall } from './compare-call.ts';
import { outcomeOf } from './outcome.ts';
import type { SdkCall } from './sdk-call.ts';

/** Nothing is asked of these: they know what each kind serves. */
const providers = createProviders(
  probedKinds.map(({ kind }) => ({ name: kind, type: kind, baseUrl: 'http://127.0.0.1:1' })),
  { clock: systemClock },
);

const isServed = ({ protocol }: CalledEndpoint, { kind }: ProbedKind): boolean =>
  providers.get(kind)?.serves(protocol) === true;

const conversations: readonly string[] = ['openai_chat', 'openai_responses', 'anthropic_messages'];

/** Answered in another protocol than the provider's own: translated.ts compares what is meant. */
const isTranslated = (called: CalledEndpoint, kind: ProbedKind): boolean =>
  isServed(called, kind) &&
  (kind.speaks.length === 0 ||
    (conversations.includes(called.protocol) && !kind.speaks.some((own) => own === called.protocol)));

/** A response cannot be gone on from where none is kept, before anything can be asked of it. */
const refusals: { readonly other: Refusal } & Readonly<Partial<Record<Protocol, Refusal>>> = {
  stored_responses: { code: 'unsupported_field', words: /keep no responses/ },
  other: { code: 'endpoint_not_served', words: /can be asked by this endpoint/ },
};

interface Refusal {
  readonly code: string;
  readonly words: RegExp;
}

/** What docs/errors.md says of endpoints that no provider of the model has. */
async function assertRefused(gateway: Clients, called: CalledEndpoint, kind: ProbedKind): Promise<void> {
  const refuse = async (call: SdkCall): Promise<void> => {
    const refusal = await outcomeOf(() => call.run(gateway, gateway.prefix + called.modelOf(kind)));
    const { code, words } = refusals[called.protocol] ?? refusals.other;
    const error = { thrown: 'BadRequestError', status: 400, type: 'invalid_request_error' };
    // Anthropic's SDK has no member for a code.
    const coded = called.protocol === 'count_tokens' ? error : { ...error, code };
    assert.partialDeepStrictEqual(refusal, coded);
    assert.match(JSON.stringify(refusal), words);
  };
  await Promise.all(called.calls.map(refuse));
}

/** Every endpoint that an SDK has here, or whose refusal it gets, at each kind of provider. */
export function describeEndpoints({ ways, seen }: SdkRun): void {
  it('every endpoint that is served is called here', () => {
    const served = new Set<string>([...servedCalls.map(({ endpoint }) => endpoint), 'stored_responses']);
    assert.deepEqual(new Set(Object.keys(calledEndpoints)), served);
  });

  for (const [endpoint, called] of Object.entries(calledEndpoints)) {
    describe(`${endpoint} by the SDK`, () => {
      for (const kind of probedKinds.filter((one) => !isTranslated(called, one))) {
        if (isServed(called, kind)) {
          it(`gives with ${kind.kind} what the provider gives directly`, async () => {
            const compared = { endpoint, kind, model: called.modelOf(kind), ...both(ways(), kind), seen };
            await Promise.all(called.calls.map((call) => compareCall(compared, call)));
          });
        } else {
          it(`is refused with ${kind.kind}, which has no such endpoint`, () =>
            assertRefused(ways().through(kind), called, kind));
        }
      }
    });
  }
}
