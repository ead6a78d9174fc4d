import { isJsonObject, type JsonObject } from '@tollgate/core';
import type { Reply } from '../../answer/answer.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { generate, type Understood } from '../../call/generate.ts';
import { Refusal } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { doneFrame } from '../openai/write-openai.ts';
import { objectsOf, textsOf } from '../read-members.ts';
import { checkConversation } from '../responses/check-items.ts';
import { checkInput } from '../responses/check-responses-request.ts';
import { itemsOf } from '../responses/read-items.ts';
import { readResponsesAsk } from '../responses/read-responses-ask.ts';
import {
  endedResponse,
  failedResponse,
  responsesStream,
  type ResponsesFlavour,
  type ResponsesStream,
} from '../responses/write-responses.ts';
import { checkOpenrouterModel } from './openrouter-chat.ts';
import { openrouterError } from './openrouter-errors.ts';
import { generationId, openrouterVoice, processingComment } from './openrouter-voice.ts';
import { costMembers, leadingWhitespace } from './write-openrouter.ts';

/** openrouter.ai, Responses (beta): it keeps nothing, shows all reasoning, names no events and ends with `[DONE]`. */
export const openrouterResponses: Endpoint = {
  name: 'responses',
  voice: openrouterVoice,
  takes: 'json',
  keepAlive: processingComment,
  answer: generate({ caching: 'none', streamContentType: 'text/event-stream', read }),
};

function read({ body }: ReceivedRequest): Understood {
  check(body);
  const asked = readResponsesAsk(body, itemsOf(body['input']));
  const ask = { ...asked, reasons: asked.reasons || isReasoningOn(body) };
  let stream: ResponsesStream | undefined;
  return {
    ask,
    whole: (reply) => [
      frame('keep_alive', leadingWhitespace),
      frame('content', JSON.stringify(endedResponse(reply, ask, flavourOf(body, reply)))),
    ],
    stream: (reply) => {
      stream = responsesStream(reply, ask, { flavour: flavourOf(body, reply), whenEnded: () => {} });
      return stream.frames;
    },
    errorFrames: (failure, reply) => {
      const { error } = openrouterError(failure, reply).body;
      const words = isJsonObject(error) ? { ...error, code: 'server_error' } : {};
      return stream?.errorFrames({ event: words, failed: failedResponse(flavourOf(body, reply), words) }) ?? [];
    },
  };
}

const isReasoningOn = ({ reasoning }: JsonObject): boolean =>
  isJsonObject(reasoning) && reasoning['enabled'] === true && reasoning['effort'] !== 'none';

function check(body: JsonObject): void {
  checkOpenrouterModel(body);
  for (const name of ['previous_response_id', 'conversation', 'background']) {
    const value = body[name];
    if (value !== undefined && value !== null && value !== false) {
      throw refusal(`${name} is not supported: the Responses API of OpenRouter is stateless.`);
    }
  }
  if (body['store'] === true) throw refusal('store: Invalid input: expected false');
  const problem = checkInput(body) ?? checkConversation(itemsOf(body['input']));
  if (problem !== undefined) throw refusal(problem.message);
}

function flavourOf(body: JsonObject, reply: Reply): ResponsesFlavour {
  return {
    style: {
      reasoning: 'text',
      encrypted: textsOf(body['include']).includes('reasoning.encrypted_content'),
      idInfix: 'tmp_',
      phases: false,
      customTools: [],
    },
    envelope: envelopeOf(body, reply),
    usage: usageMembers(reply),
    event: (data) => `data: ${JSON.stringify(data)}\n\n`,
    obfuscates: false,
    before: [frame('keep_alive', processingComment)],
    after: [doneFrame],
  };
}

/** Its cost is split as `input` and `output` here, not as in chat. */
function usageMembers({ costUsd }: Reply): JsonObject {
  const { cost, is_byok: isByok } = costMembers(costUsd);
  return {
    cost,
    is_byok: isByok,
    cost_details: {
      upstream_inference_cost: costUsd.total,
      upstream_inference_input_cost: costUsd.input,
      upstream_inference_output_cost: costUsd.output,
    },
  };
}

const envelopeOf = (body: JsonObject, reply: Reply): JsonObject => ({
  object: 'response',
  id: generationId(reply),
  created_at: reply.createdSeconds,
  status: 'in_progress',
  error: null,
  output_text: '',
  output: [],
  model: reply.model,
  incomplete_details: null,
  max_tool_calls: body['max_tool_calls'] ?? null,
  tools: objectsOf(body['tools']),
  tool_choice: body['tool_choice'] ?? 'auto',
  parallel_tool_calls: body['parallel_tool_calls'] !== false,
  max_output_tokens: body['max_output_tokens'] ?? null,
  temperature: body['temperature'] ?? null,
  top_p: body['top_p'] ?? null,
  metadata: body['metadata'] ?? {},
  background: false,
  previous_response_id: null,
  service_tier: 'auto',
  truncation: null,
  store: false,
  instructions: body['instructions'] ?? null,
  reasoning: body['reasoning'] ?? null,
  safety_identifier: null,
  prompt_cache_key: body['prompt_cache_key'] ?? null,
  user: body['user'] ?? null,
});

const refusal = (message: string): Refusal => new Refusal({ kind: '400', message });
