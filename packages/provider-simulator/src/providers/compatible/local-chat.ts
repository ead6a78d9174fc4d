import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { generate } from '../../call/generate.ts';
import type { Ask } from '../../call/ask.ts';
import { isServed } from '../../call/models.ts';
import { Refusal } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { chatFinish } from '../chat/chat-finish.ts';
import { plainChat, shortUsage, type ChatFlavour } from '../chat/chat-flavour.ts';
import { checkChatRequest } from '../chat/check-chat-request.ts';
import { readChatAsk } from '../chat/read-chat-ask.ts';
import { chatBody, chatFrames } from '../openai/write-openai.ts';
import type { ProviderVoice } from '../voice.ts';
import { compatibleVoice } from './compatible-voice.ts';
import { ollamaVoice, vllmVoice } from './local-voices.ts';

const local = { ...plainChat, obfuscates: false };

/** Reasoning stands in a member of its own. */
const llamaFlavour: ChatFlavour = {
  ...local,
  extras: () => ({ system_fingerprint: 'b6000-simulated' }),
  reasoningMember: 'reasoning_content',
};

/** Every delta is a whole message, and a tool call comes in one of them. */
const ollamaFlavour: ChatFlavour = {
  ...local,
  extras: () => ({ system_fingerprint: 'fp_ollama' }),
  reasoningMember: 'reasoning',
  usage: shortUsage,
  calls: 'whole',
  fullDeltas: true,
};

/** A call that the cap cut is said to be finished. */
const vllmFlavour: ChatFlavour = {
  ...local,
  extras: () => ({ prompt_logprobs: null, kv_transfer_params: null }),
  choiceExtras: { stop_reason: null, token_ids: null },
  reasoningMember: 'reasoning_content',
  usage: (usage) => ({ ...shortUsage(usage), prompt_tokens_details: null }),
  finish: (answer) => (answer.finish === 'length' && answer.toolCalls.length > 0 ? 'tool_calls' : chatFinish(answer)),
};

const chatOf = (voice: ProviderVoice, flavour: ChatFlavour, read = readLocalAsk): Endpoint => ({
  name: 'chat_completions',
  voice,
  takes: 'json',
  keepAlive: undefined,
  answer: generate({
    caching: 'none',
    streamContentType: 'text/event-stream',
    read: (request) => {
      const ask = read(request);
      return {
        ask,
        whole: (reply) => [frame('content', chatBody(reply, ask, flavour))],
        stream: (reply) => chatFrames(reply, ask, flavour),
        errorFrames: (failure, reply) => {
          const { body } = voice.error(failure, { ...reply, nowMs: 0 });
          return [frame('closing', `data: ${JSON.stringify(body)}\n\n`)];
        },
      };
    },
  }),
});

/** llama.cpp's chat completions. */
export const compatibleChat = chatOf(compatibleVoice, llamaFlavour);
/** vLLM's. */
export const vllmChat = chatOf(vllmVoice, vllmFlavour);
/** Ollama's: what does not fit the window is dropped without a word. */
export const ollamaChat = chatOf(ollamaVoice, ollamaFlavour, (request) => {
  const ask = readLocalAsk(request);
  return { ...ask, prompt: dropOldest(ask.prompt) };
});

/** Local servers let pass what they do not know. */
function readLocalAsk({ body, model }: ReceivedRequest): Ask {
  const problem = checkChatRequest(body);
  if (problem !== undefined) throw new Refusal({ kind: '400', message: problem.message });
  if (!isServed('compatible', model)) throw new Refusal({ kind: '404' });
  return readChatAsk(body);
}

const windowTokens = 8192;

function dropOldest(prompt: Ask['prompt']): Ask['prompt'] {
  let left = windowTokens;
  return prompt
    .toReversed()
    .map((piece) => {
      const tokens = Math.min(piece.tokens, left);
      left -= tokens;
      return { ...piece, tokens };
    })
    .toReversed();
}
