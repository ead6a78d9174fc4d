import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatAnthropic } from '@langchain/anthropic';
import { HumanMessage, ToolMessage, type AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { tool as langchainTool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, isStepCount, streamText, tool, type LanguageModel, type ModelMessage } from 'ai';
import { z } from 'zod';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { kindSections, probedKinds } from '../compatibility/provider-kinds.ts';
import { simulatorConfig } from '../support/simulator-config.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;

before(async () => {
  simulator = await startProviderSimulator({ port: 0 });
  gateway = await startTestGateway({
    config: simulatorConfig(simulator.url, {
      ...kindSections(simulator.url),
      tiers: '{ pro: { models: ["*"] } }',
      pricing: '{}',
    }),
  });
});

after(async () => {
  await simulator.stop();
  await gateway.stop();
});

/** A model of every kind of provider. */
const names = probedKinds.map(({ kind, model }) => `${kind}/${model}`);
const keepsItems = (name: string): boolean => name.startsWith('openai/') || name.startsWith('azure/');
const city = z.object({ city: z.string() });
const turns = ['[[tool:get_weather]] [[tool:get_time]] weather and time?', '[[tool:get_time]] and now?'];

describe('an agent of the AI SDK calls several tools over several turns', () => {
  const tools = {
    get_weather: tool({ inputSchema: city, execute: () => 'sunny' }),
    get_time: tool({ inputSchema: city, execute: () => 'noon' }),
  };
  const openai = (): ReturnType<typeof createOpenAI> =>
    createOpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key });
  const models: Readonly<Record<string, (name: string) => LanguageModel>> = {
    '@ai-sdk/openai (responses)': (name) => openai().responses(name),
    '@ai-sdk/openai (chat)': (name) => openai().chat(name),
    '@ai-sdk/anthropic': (name) => createAnthropic({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key })(name),
    '@ai-sdk/openai-compatible': (name) =>
      createOpenAICompatible({ name: 'tollgate', baseURL: `${gateway.url}/v1`, apiKey: gateway.key })(name),
  };
  for (const [client, modelOf] of Object.entries(models)) {
    for (const name of names) {
      it(`${client} against ${name}, whole and streamed`, async () => {
        for (const stream of [false, true]) {
          const messages: ModelMessage[] = [];
          const called: string[] = [];
          let text = '';
          for (const content of turns) {
            messages.push({ role: 'user', content });
            const asked = {
              model: modelOf(name),
              tools,
              messages,
              maxOutputTokens: 500,
              stopWhen: isStepCount(4),
              maxRetries: 0,
              // By itself the SDK refers to items that are kept, which only OpenAI does: docs/compatibility.md.
              ...(keepsItems(name) ? {} : { providerOptions: { openai: { store: false } } }),
            };
            const result = stream ? streamText(asked) : await generateText(asked);
            const steps = await result.steps;
            called.push(...steps.flatMap((step) => step.toolCalls.map(({ toolName }) => toolName)));
            text = await result.text;
            messages.push(...(await result.responseMessages));
          }
          assert.deepEqual(called, ['get_weather', 'get_time', 'get_time']);
          assert.match(text, /noon/);
        }
      });
    }
  }
});

describe('an agent of LangChain.js calls several tools over several turns', () => {
  const tools = [
    langchainTool(() => 'sunny', { name: 'get_weather', description: 'Weather of a city', schema: city }),
    langchainTool(() => 'noon', { name: 'get_time', description: 'Time in a city', schema: city }),
  ];
  const bound = {
    '@langchain/openai': (model: string) =>
      new ChatOpenAI({
        model,
        apiKey: gateway.key,
        maxRetries: 0,
        configuration: { baseURL: `${gateway.url}/v1` },
      }).bindTools(tools),
    '@langchain/anthropic': (model: string) =>
      new ChatAnthropic({
        model,
        apiKey: gateway.key,
        maxRetries: 0,
        maxTokens: 500,
        anthropicApiUrl: gateway.url,
      }).bindTools(tools),
  };
  for (const [client, modelOf] of Object.entries(bound)) {
    for (const name of names) {
      it(`${client} against ${name}, whole and streamed`, async () => {
        for (const stream of [false, true]) {
          const model = modelOf(name);
          const messages: BaseMessage[] = [];
          const called: string[] = [];
          for (const content of turns) {
            messages.push(new HumanMessage(content));
            for (;;) {
              const answer = stream ? await joined(await model.stream(messages)) : await model.invoke(messages);
              messages.push(answer);
              const toolCalls = answer.tool_calls ?? [];
              if (toolCalls.length === 0) break;
              for (const { id, name: toolName } of toolCalls) {
                assert.ok(id);
                called.push(toolName);
                messages.push(
                  new ToolMessage({ tool_call_id: id, content: toolName === 'get_time' ? 'noon' : 'sunny' }),
                );
              }
            }
          }
          assert.deepEqual(called, ['get_weather', 'get_time', 'get_time']);
          assert.match(String(messages.at(-1)?.text), /noon/);
        }
      });
    }
  }
});

/** The chunks of a streamed answer as one message. */
async function joined(chunks: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of chunks) whole = whole?.concat(chunk) ?? chunk;
  assert.ok(whole);
  return whole;
}
