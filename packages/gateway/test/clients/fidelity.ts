import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { chatProtocol } from '../compatibility/chat-features.ts';
import { expectThrough } from '../compatibility/differences.ts';
import type { Feature, InboundProtocol } from '../compatibility/feature.ts';
import { messagesProtocol } from '../compatibility/messages-features.ts';
import { probedKinds, type ProbedKind } from '../compatibility/provider-kinds.ts';
import { responsesProtocol } from '../compatibility/responses-features.ts';
import type { Clients, SdkRun } from './both-ways.ts';
import { comparable, outcomeOf } from './outcome.ts';

/** What the endpoint is called in docs/api.md's terms. */
const endpoints = {
  openai_chat: 'chat_completions',
  openai_responses: 'responses',
  anthropic_messages: 'messages',
} as const;

/** Refused here although a provider takes them, as docs/compatibility.md says: of every kind, or of one. */
const refusedHere = new Set([
  '`conversation`',
  '`background`',
  '`mcp_servers`',
  "anthropic the provider's own web search",
]);

const isRefused = ({ kind }: ProbedKind, { name }: Feature): boolean =>
  refusedHere.has(name) || refusedHere.has(`${kind} ${name}`);

function call(clients: Clients, { protocol }: InboundProtocol, body: object): Promise<unknown> {
  // The features are bodies as they go over the wire; SDKs send them as they are.
  switch (protocol) {
    case 'openai_chat':
      return clients.openai.chat.completions.create(body as OpenAI.ChatCompletionCreateParams);
    case 'openai_responses':
      return clients.openai.responses.create(body as OpenAI.Responses.ResponseCreateParams);
    case 'anthropic_messages':
      return clients.anthropic.messages.create(body as Anthropic.MessageCreateParams);
  }
}

/** The feature's own body, whole or streamed; a stream of chat completions tells its usage. */
function askFor(feature: Feature, ask: { inbound: InboundProtocol; kind: ProbedKind; stream: boolean }) {
  const { inbound, kind, stream } = ask;
  return async (clients: Clients): Promise<unknown> => {
    const model = clients.prefix + (feature.reasoning === true ? kind.reasoningModel : kind.model);
    const body = { ...inbound.body(model, feature.prompt ?? 'hello'), ...feature.fields };
    const usage = inbound.protocol === 'openai_chat' ? { stream_options: { include_usage: true } } : {};
    const { stream_options: _, ...whole } = body as Readonly<Record<string, unknown>>;
    return comparable(await outcomeOf(() => call(clients, inbound, stream ? { ...whole, ...usage, stream } : whole)));
  };
}

/** Every feature of the protocols that a kind of provider speaks itself. */
export function describeFidelity({ ways, seen }: SdkRun): void {
  for (const inbound of [chatProtocol, responsesProtocol, messagesProtocol]) {
    const endpoint = endpoints[inbound.protocol];
    for (const probed of probedKinds.filter(({ speaks }) => speaks.includes(inbound.protocol))) {
      // The SDK warns on the console of models that are about to end.
      const kind =
        probed.kind === 'anthropic'
          ? { ...probed, model: 'claude-haiku-4-5', reasoningModel: 'claude-haiku-4-5' }
          : probed;
      // What goes on from an answer needs that answer: endpoints.ts asks for it.
      const features = inbound.features.filter(({ continues }) => continues !== true);
      const refused = features.filter((feature) => isRefused(kind, feature));
      const kept = features.filter((feature) => !isRefused(kind, feature));
      describe(`${inbound.title} by the SDK, with ${kind.kind}`, () => {
        for (const stream of [false, true]) {
          it(`every feature gives what the provider gives directly, ${stream ? 'event by event' : 'whole'}`, async () => {
            for (const feature of kept) {
              const ask = askFor(feature, { inbound, kind, stream });
              const [expected, got] = await Promise.all([ask(ways().direct(kind)), ask(ways().through(kind))]);
              const asked = { endpoint, kind: kind.kind };
              assert.deepEqual(got, expectThrough(expected, got, { asked, seen }), feature.name);
            }
          });
        }

        for (const feature of refused) {
          it(`${feature.name} is a bad request to the SDK, as docs/compatibility.md says`, async () => {
            const got = await askFor(feature, { inbound, kind, stream: false })(ways().through(kind));
            assert.partialDeepStrictEqual(got, { thrown: 'BadRequestError', status: 400 });
          });
        }

        it('errors of the provider have the type and the words that they have directly', async () => {
          for (const fault of ['400', '413', '422', 'context_too_long']) {
            const run = (clients: Clients): Promise<unknown> =>
              outcomeOf(() => call(clients, inbound, inbound.body(clients.prefix + kind.model, `[[fault:${fault}]]`)));
            const expected = await run(ways().direct(kind));
            assert.match(JSON.stringify(expected), /"words":"./);
            const got = await run(ways().through(kind));
            const asked = { endpoint, kind: kind.kind };
            assert.deepEqual(got, expectThrough(expected, got, { asked, seen }), fault);
          }
        });
      });
    }
  }
}
