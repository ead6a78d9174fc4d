import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { toFile } from 'openai';
import { probedKinds, type ProbedKind } from '../compatibility/provider-kinds.ts';
import { startBothWays, type BothWays, type Clients } from './both-ways.ts';
import { comparable, outcomeOf } from './outcome.ts';

let ways: BothWays;

before(async () => {
  ways = await startBothWays();
});

after(() => ways.stop());

function kindOf(name: string): ProbedKind {
  const found = probedKinds.find(({ kind }) => kind === name);
  assert.ok(found);
  return found;
}

const wav = (): Promise<File> => toFile(Buffer.alloc(4000, 1), 'a.wav', { type: 'audio/wav' });

const calls: Readonly<Record<string, (clients: Clients) => Promise<unknown>>> = {
  completions: ({ openai, prefix }) =>
    openai.completions.create({ model: `${prefix}gpt-3.5-turbo-instruct`, prompt: 'hello', max_tokens: 20 }),
  'streamed completions': ({ openai, prefix }) =>
    openai.completions.create({
      model: `${prefix}gpt-3.5-turbo-instruct`,
      prompt: 'hello',
      stream: true,
      stream_options: { include_usage: true },
    }),
  embeddings: ({ openai, prefix }) =>
    openai.embeddings.create({ model: `${prefix}text-embedding-3-small`, input: ['hello', 'there'] }),
  moderations: ({ openai, prefix }) =>
    openai.moderations.create({ model: `${prefix}omni-moderation-latest`, input: 'violence' }),
  images: ({ openai, prefix }) => openai.images.generate({ model: `${prefix}gpt-image-1`, prompt: 'a cat' }),
  'spoken words': async ({ openai, prefix }) => {
    const speech = await openai.audio.speech.create({ model: `${prefix}tts-1`, voice: 'alloy', input: 'hello' });
    return Buffer.from(await speech.arrayBuffer()).toString('base64');
  },
  transcriptions: async ({ openai, prefix }) =>
    openai.audio.transcriptions.create({ model: `${prefix}whisper-1`, file: await wav(), prompt: '[[say:hi]]' }),
};

describe('the other endpoints by the SDK, with openai', () => {
  for (const [name, run] of Object.entries(calls)) {
    it(`${name} come out as they do directly`, async () => {
      const openai = kindOf('openai');
      const expected = comparable(await outcomeOf(() => run(ways.direct(openai))));
      assert.doesNotMatch(JSON.stringify(expected), /"thrown"/);
      assert.deepEqual(comparable(await outcomeOf(() => run(ways.through(openai)))), expected);
    });
  }

  it('a response goes on from the one before it, and can be read and deleted', async () => {
    const { openai, prefix } = ways.through(kindOf('openai'));
    const model = `${prefix}gpt-4o-mini`;
    const first = await openai.responses.create({ model, input: 'hello' });
    const second = await openai.responses.create({ model, input: 'and on', previous_response_id: first.id });
    assert.equal(second.previous_response_id, first.id);
    assert.equal((await openai.responses.retrieve(second.id)).output_text, second.output_text);
    await openai.responses.delete(second.id);
    await assert.rejects(openai.responses.retrieve(second.id), { status: 404 });
  });
});

describe('tokens counted by the SDK, with anthropic', () => {
  it('are as many as directly', async () => {
    const anthropic = kindOf('anthropic');
    const count = async (clients: Clients): Promise<number> => {
      const { input_tokens: tokens } = await clients.anthropic.messages.countTokens({
        model: `${clients.prefix}claude-haiku-4-5`,
        messages: [{ role: 'user', content: 'hello' }],
      });
      return tokens;
    };
    const expected = await count(ways.direct(anthropic));
    assert.ok(expected > 0);
    assert.equal(await count(ways.through(anthropic)), expected);
  });
});
