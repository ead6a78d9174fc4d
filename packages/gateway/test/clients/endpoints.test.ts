import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '@tollgate/core';
import { createProviders } from '@tollgate/providers';
import { servedCalls } from '../../src/calls/served-calls.ts';
import { differences, expectThrough, listedName, type Difference } from '../compatibility/differences.ts';
import { probedKinds, type ProbedKind } from '../compatibility/provider-kinds.ts';
import { startBothWays, type BothWays } from './both-ways.ts';
import { comparable, outcomeOf } from './outcome.ts';
import { calledEndpoints, listModels, type CalledEndpoint } from './called-endpoints.ts';
import { failing } from './conversation-calls.ts';
import type { SdkCall } from './sdk-call.ts';

let ways: BothWays;
const seen = new Set<Difference>();

/** Nothing is asked of these: they know what each kind serves. */
const providers = createProviders(
  probedKinds.map(({ kind }) => ({ name: kind, type: kind, baseUrl: 'http://127.0.0.1:1' })),
  { clock: systemClock },
);

before(async () => {
  ways = await startBothWays();
});

after(() => ways.stop());

const isServed = ({ protocol }: CalledEndpoint, { kind }: ProbedKind): boolean =>
  providers.get(kind)?.serves(protocol) === true;

const conversations: readonly string[] = ['openai_chat', 'openai_responses', 'anthropic_messages'];

/** Answered in another protocol than the provider's own: translated.test.ts compares what is meant. */
const isTranslated = (called: CalledEndpoint, kind: ProbedKind): boolean =>
  isServed(called, kind) &&
  (kind.kind === 'gemini' ||
    (conversations.includes(called.protocol) && !kind.speaks.some((own) => own === called.protocol)));

interface Compared {
  readonly endpoint: string;
  readonly called: CalledEndpoint;
  readonly kind: ProbedKind;
}

async function compare({ endpoint, called, kind }: Compared, call: SdkCall): Promise<void> {
  const isRefused = call.name === 'refused by the provider';
  await compareCalls({ at: ways, endpoint, kind, model: called.modelOf(kind), isRefused }, call);
}

interface ComparedCall {
  readonly at: BothWays;
  readonly endpoint: string;
  readonly kind: ProbedKind;
  readonly model: string;
  readonly isRefused: boolean;
}

async function compareCalls({ at, endpoint, kind, model, isRefused }: ComparedCall, call: SdkCall): Promise<void> {
  const [itself, gateway] = [at.direct(kind), at.through(kind)];
  const [direct, through] = await Promise.all([
    outcomeOf(() => call.run(itself, model)),
    outcomeOf(() => call.run(gateway, gateway.prefix + model)),
  ]);
  assert.equal(isThrown(direct), isRefused, JSON.stringify(direct));
  const asked = { endpoint, kind: kind.kind };
  const expected = expectThrough(comparable(direct), comparable(through), { asked, seen });
  assert.deepEqual(comparable(through), expected, `${endpoint} with ${kind.kind}, ${call.name}`);
}

const isThrown = (outcome: unknown): boolean => typeof outcome === 'object' && outcome !== null && 'thrown' in outcome;

/** What docs/errors.md says of endpoints that no provider of the model has. */
async function assertRefused({ called, kind }: Compared, call: SdkCall): Promise<void> {
  const gateway = ways.through(kind);
  const refusal = await outcomeOf(() => call.run(gateway, gateway.prefix + called.modelOf(kind)));
  assert.partialDeepStrictEqual(refusal, { thrown: 'BadRequestError', status: 400, type: 'invalid_request_error' });
  const words = called.protocol === 'stored_responses' ? /keep no responses/ : /can be asked by this endpoint/;
  assert.match(JSON.stringify(refusal), words);
}

it('every endpoint that is served is called here', () => {
  const served = new Set<string>([...servedCalls.map(({ endpoint }) => endpoint), 'stored_responses']);
  assert.deepEqual(new Set(Object.keys(calledEndpoints)), served);
});

for (const [endpoint, called] of Object.entries(calledEndpoints)) {
  describe(`${endpoint} by the SDK`, () => {
    for (const kind of probedKinds.filter((one) => !isTranslated(called, one))) {
      it(`gives with ${kind.kind} what the provider gives directly, or is refused where it has no such endpoint`, async () => {
        const compared = { endpoint, called, kind };
        const check = isServed(called, kind) ? compare : assertRefused;
        await Promise.all(called.calls.map((call) => check(compared, call)));
      });
    }
  });
}

describe('what is not the provider’s to answer', () => {
  const kinds = probedKinds.filter(({ kind }) => kind !== 'gemini');

  it('models are listed to either SDK as config.yaml names them', async () => {
    const compared = { at: ways, endpoint: 'models', isRefused: false };
    await Promise.all(kinds.map((kind) => compareCalls({ ...compared, kind, model: kind.kind }, listModels)));
    const { openai, anthropic } = ways.through(kinds[0] ?? assert.fail());
    assert.equal((await openai.models.retrieve(listedName)).id, listedName);
    assert.equal((await anthropic.models.retrieve(listedName)).type, 'model');
  });

  it('a failure of the provider is told as the gateway’s', async () => {
    for (const fault of ['500', '503', '529', '408', '429']) {
      await Promise.all(kinds.map((kind) => compareFailure(ways, kind, fault)));
    }
  });

  it('and so is a key or an account that the provider refuses', async () => {
    const others = await startBothWays();
    try {
      await Promise.all(kinds.map((kind, index) => compareFailure(others, kind, index % 2 === 0 ? '401' : '402')));
    } finally {
      await others.stop();
    }
  });

  const compareFailure = (at: BothWays, kind: ProbedKind, fault: string): Promise<void> => {
    const endpoint = kind.kind === 'anthropic' ? 'messages' : 'chat_completions';
    const model = calledEndpoints[endpoint].modelOf(kind);
    return compareCalls({ at, endpoint, kind, model, isRefused: true }, failing(fault));
  };
});

it('what differs is what docs/compatibility.md lists, all of it', () => {
  const unseen = differences.filter((difference) => !seen.has(difference));
  assert.deepEqual(
    unseen.map(({ where }) => where),
    [],
  );
});
