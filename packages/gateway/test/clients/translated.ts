import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isJsonObject, tryParseJson, type ConversationProtocol, type JsonObject } from '@tollgate/core';
import { probedKinds, type ProbedKind } from '../compatibility/provider-kinds.ts';
import type { Clients, SdkRun } from './both-ways.ts';
import { meaningOf, type Meaning, type Spoken } from './meaning.ts';

/** What is asked, whatever the protocol. */
interface Wanted {
  readonly prompt: string;
  readonly cap: number;
  readonly tool: boolean;
}

const wanted: Readonly<Record<string, Wanted>> = {
  text: { prompt: 'hello', cap: 300, tool: false },
  'calls of tools': { prompt: '[[tool:get_weather]] [[tool:get_weather]]', cap: 300, tool: true },
  'an answer that the cap ends': { prompt: '[[say:one two three four]] [[words:90]]', cap: 40, tool: false },
  'a refusal': { prompt: '[[refuse]]', cap: 300, tool: false },
};

const parameters = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const name = 'get_weather';

type Way = Clients & { readonly model: string; readonly stream: boolean };

/** Asks in each protocol by its SDK; Gemini, which has another one, by its own path. */
const asking: Readonly<Record<Spoken, (way: Way, wanted: Wanted) => Promise<unknown>>> = {
  openai_chat: ({ openai, model, stream }, { prompt, cap, tool }) => {
    const body = {
      model,
      messages: [{ role: 'user' as const, content: prompt }],
      max_completion_tokens: cap,
      ...(tool ? { tools: [{ type: 'function' as const, function: { name, parameters } }] } : {}),
    };
    const options = { stream_options: { include_usage: true } };
    return stream
      ? openai.chat.completions.stream({ ...body, ...options }).finalChatCompletion()
      : openai.chat.completions.create(body);
  },
  openai_responses: ({ openai, model, stream }, { prompt, cap, tool }) => {
    const body = {
      model,
      input: prompt,
      max_output_tokens: cap,
      ...(tool ? { tools: [{ type: 'function' as const, name, parameters, strict: false }] } : {}),
    };
    return stream ? openai.responses.stream(body).finalResponse() : openai.responses.create(body);
  },
  anthropic_messages: ({ anthropic, model, stream }, { prompt, cap, tool }) => {
    const body = {
      model,
      max_tokens: cap,
      messages: [{ role: 'user' as const, content: prompt }],
      ...(tool ? { tools: [{ name, input_schema: parameters }] } : {}),
    };
    return stream ? anthropic.messages.stream(body).finalMessage() : anthropic.messages.create(body);
  },
  gemini: ({ openai, model }, { prompt, cap, tool }) =>
    openai.post(`/models/${model}:generateContent`, {
      body: {
        contents: [{ role: 'user', parts: [{ text: prompt }] }],
        generationConfig: { maxOutputTokens: cap },
        ...(tool ? { tools: [{ functionDeclarations: [{ name, parametersJsonSchema: parameters }] }] } : {}),
      },
    }),
};

/** The answer as plain JSON, which SDKs wrap in classes of theirs. */
async function meant(spoken: Spoken, way: Way, asked: Wanted): Promise<Meaning> {
  const answer = tryParseJson(JSON.stringify(await asking[spoken](way, asked)));
  assert.ok(isJsonObject(answer));
  const meaning = meaningOf[spoken](answer);
  // A tool is said with other words in each protocol, and so is as many tokens as those.
  return asked.tool ? { ...meaning, tokens: { ...meaning.tokens, input: 0 } } : meaning;
}

const own = ({ kind, speaks }: ProbedKind): Spoken => (kind === 'gemini' ? 'gemini' : (speaks[0] ?? 'openai_chat'));
const modelOf = ({ kind, model }: ProbedKind): string => (kind === 'anthropic' ? 'claude-haiku-4-5' : model);

const protocols: readonly ConversationProtocol[] = ['openai_chat', 'openai_responses', 'anthropic_messages'];

/** Calls of a protocol that a kind of provider does not speak itself. */
export function describeTranslated({ ways }: SdkRun): void {
  for (const protocol of protocols) {
    describe(`${protocol} by the SDK, translated`, () => {
      for (const kind of probedKinds.filter(({ speaks }) => !speaks.includes(protocol))) {
        it(`says with ${kind.kind} what the provider says directly in its own protocol, and as many tokens`, async () => {
          const model = modelOf(kind);
          const gateway = ways().through(kind);
          const direct = { ...ways().direct(kind), model, stream: false };
          await Promise.all(
            Object.entries(wanted).map(async ([title, asked]) => {
              const expected = await meant(own(kind), direct, asked);
              for (const stream of [false, true]) {
                const through = { ...gateway, model: gateway.prefix + model, stream };
                assert.deepEqual(await meant(protocol, through, asked), expected, title);
              }
            }),
          );
        });

        it(`is not what ${kind.kind} has itself: the SDK gets a 404 there`, async () => {
          const direct = { ...ways().direct(kind), model: modelOf(kind), stream: false };
          await assert.rejects(asking[protocol](direct, { prompt: 'hello', cap: 300, tool: false }), { status: 404 });
        });
      }
    });
  }

  describe('what only Gemini says otherwise', () => {
    const gemini = probedKinds.find(({ kind }) => kind === 'gemini') ?? assert.fail();
    const post = (path: string, body: object): Promise<JsonObject> =>
      ways().direct(gemini).openai.post<JsonObject>(path, { body });

    it('embeddings by the SDK are the vectors that it gives directly, and as many tokens', async () => {
      const model = 'gemini-embedding-001';
      const texts = ['hello', 'there'];
      const direct = await post(`/models/${model}:batchEmbedContents`, {
        requests: texts.map((text) => ({ model: `models/${model}`, content: { parts: [{ text }] } })),
      });
      const { openai, prefix } = ways().through(gemini);
      for (const encoding_format of [undefined, 'float'] as const) {
        const asked = {
          model: prefix + model,
          input: texts,
          ...(encoding_format === undefined ? {} : { encoding_format }),
        };
        const { data, usage } = await openai.embeddings.create(asked);
        assert.deepEqual(
          data.map(({ embedding }) => ({ values: embedding })),
          direct['embeddings'],
        );
        assert.partialDeepStrictEqual(direct['usageMetadata'], { promptTokenCount: usage.prompt_tokens });
      }
    });

    it('tokens counted by the SDK are as many as it counts directly', async () => {
      const { anthropic, prefix } = ways().through(gemini);
      const counted = await anthropic.messages.countTokens({
        model: prefix + gemini.model,
        system: 'be brief',
        messages: [{ role: 'user', content: 'how many tokens?' }],
      });
      const direct = await post(`/models/${gemini.model}:countTokens`, {
        generateContentRequest: {
          model: `models/${gemini.model}`,
          systemInstruction: { parts: [{ text: 'be brief' }] },
          contents: [{ role: 'user', parts: [{ text: 'how many tokens?' }] }],
        },
      });
      assert.equal(counted.input_tokens, direct['totalTokens']);
      assert.ok(counted.input_tokens > 0);
    });
  });
}
