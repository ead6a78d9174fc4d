import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AttemptError, noUsage, type Usage } from '@tollgate/core';
import { readTranscripts, type Exchange } from '@tollgate/provider-simulator';
import { randomCuts, seededRandom } from '../anthropic/support/cuts.ts';
import type { Adapter, AnswerFacts } from '../../src/base/adapter.ts';
import { openaiResponsesAdapter } from '../../src/openai/adapter.ts';
import { openrouterResponsesAdapter } from '../../src/openrouter/adapter.ts';
import { providerRequest } from '../support/provider-request.ts';

const folder = process.env['TOLLGATE_WIRE_DIR'];
const skip = folder === undefined && 'TOLLGATE_WIRE_DIR is not set';

function recorded(number: number): readonly Exchange[] {
  const file = readdirSync(folder ?? '').find((name) => name.startsWith(`${number}-`));
  assert.ok(file, `no transcript ${number}`);
  return readTranscripts(join(folder ?? '', file));
}

interface Relayed {
  readonly text: string;
  readonly facts: AnswerFacts;
  readonly error: AttemptError | undefined;
}

/** What a caller gets of a recorded stream, cut at the places given. */
function relay(adapter: Adapter, body: Buffer, cuts: readonly number[] = []): Relayed {
  const reader = adapter.createStreamReader(providerRequest());
  const said: Buffer[] = [];
  const ends = [...cuts, body.length];
  let error: AttemptError | undefined;
  try {
    for (const [index, end] of ends.entries()) {
      said.push(reader.push(body.subarray(ends[index - 1] ?? 0, end)));
      if (reader.failure !== undefined) throw reader.failure;
    }
    said.push(reader.end());
  } catch (thrown) {
    if (!(thrown instanceof AttemptError)) throw thrown;
    error = thrown;
  }
  return { text: Buffer.concat(said).toString('utf8'), facts: { ...reader.facts }, error };
}

const used = (usage: Partial<Usage>): Usage => ({ ...noUsage, ...usage });

const streams: readonly (readonly [number, Adapter, Partial<AnswerFacts>])[] = [
  [
    19,
    openaiResponsesAdapter,
    {
      contentSeen: true,
      finishReason: 'tool_calls',
      usage: used({ inputUncached: 160, output: 49 }),
      contentBytes: 4,
      answeredModel: 'gpt-5.6-sol',
      serviceTier: 'default',
      answerId: 'resp_REDACTED_1',
    },
  ],
  [
    20,
    openaiResponsesAdapter,
    { contentSeen: false, finishReason: 'length', usage: used({ inputUncached: 20, output: 32, reasoning: 32 }) },
  ],
  [
    21,
    openaiResponsesAdapter,
    { contentSeen: true, finishReason: 'length', usage: used({ inputUncached: 83, output: 16 }), contentBytes: 10 },
  ],
  [22, openaiResponsesAdapter, { contentSeen: true, finishReason: 'stop', contentBytes: 2 }],
  [
    51,
    openrouterResponsesAdapter,
    {
      finishReason: 'stop',
      usage: used({ inputUncached: 78, output: 37, reasoning: 22 }),
      reportedCostNanoUsd: 11_300n,
      contentBytes: 86,
      answeredModel: 'openai/gpt-oss-20b',
      serviceTier: undefined,
      answerId: 'gen-1764265411-Fu1iEX7h5MRWiL79lb94',
    },
  ],
];

for (const [number, adapter, expected] of streams) {
  test(`transcript ${number} is relayed byte by byte and read right, however it is cut`, { skip }, () => {
    const random = seededRandom(`relay ${number}`);
    for (const { response } of recorded(number)) {
      const whole = relay(adapter, response.body);
      assert.equal(whole.error, undefined);
      assert.equal(whole.text, response.body.toString('utf8'));
      for (const [name, value] of Object.entries(expected))
        assert.deepEqual(Reflect.get(whole.facts, name), value, name);
      for (let round = 0; round < 100; round += 1) {
        assert.deepEqual(relay(adapter, response.body, randomCuts(response.body.length, random)), whole);
      }
    }
  });

  test(`transcript ${number} broken off at a hundred places is never a clean end`, { skip }, () => {
    const random = seededRandom(`break ${number}`);
    for (const { response } of recorded(number)) {
      const terminal = Math.max(
        response.body.lastIndexOf('"type":"response.completed"'),
        response.body.lastIndexOf('"type":"response.incomplete"'),
      );
      for (let round = 0; round < 100; round += 1) {
        const { error, facts } = relay(adapter, response.body.subarray(0, Math.floor(random() * terminal)));
        assert.deepEqual(
          [error?.code, error?.next],
          facts.contentSeen ? ['cut', 'stop'] : ['connection_reset', 'retry'],
        );
      }
    }
  });
}

test(
  'transcript 17: a quota that is spent inside a 200 sets the credential aside and lets another follow',
  { skip },
  () => {
    const random = seededRandom('quota');
    for (const { response } of recorded(17)) {
      for (let round = 0; round < 100; round += 1) {
        const cuts = round === 0 ? [] : randomCuts(response.body.length, random);
        const { error, facts } = relay(openaiResponsesAdapter, response.body, cuts);
        assert.deepEqual(
          [error?.code, error?.next, error?.billing, error?.credential, facts.contentSeen],
          ['error_in_answer', 'credential', 'none', 'disable', false],
        );
        assert.equal(facts.answerId, 'resp_05500b38c2cd9bfc00691c7c9d222481a3b595421266dab424');
      }
    }
  },
);

test('transcripts 18 and 25: refusals are understood', { skip }, () => {
  const codes = [18, 25].flatMap((number) =>
    recorded(number).map(({ response }) => {
      const status = number === 18 ? 429 : response.status;
      return openaiResponsesAdapter.readError(status, response.headers, response.body).code;
    }),
  );
  assert.deepEqual(codes, ['quota_spent', 'credential_refused']);
});

test('transcripts 23 and 24: whole answers stay as they came and are read right', { skip }, () => {
  const facts = [23, 24].flatMap((number) =>
    recorded(number).map(({ response }) => {
      const answer = openaiResponsesAdapter.readWhole(response.body, providerRequest());
      assert.equal(answer.body, response.body);
      return answer.facts;
    }),
  );
  assert.deepEqual(
    facts.map(({ finishReason, usage, contentBytes }) => ({ finishReason, usage, contentBytes })),
    [
      { finishReason: 'stop', usage: used({ inputUncached: 865, output: 163, reasoning: 128 }), contentBytes: 457 },
      { finishReason: 'tool_calls', usage: used({ inputUncached: 92, output: 10 }), contentBytes: 13 },
    ],
  );
  assert.equal(facts[0]?.answerId, 'resp_0f35ed53160b395301693cc957829881909359e7f80cdd20b5');
});
