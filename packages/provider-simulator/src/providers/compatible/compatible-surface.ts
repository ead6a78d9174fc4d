import { listedModels, isServed } from '../../call/models.ts';
import { Refusal, statusOf, type ErrorAnswer, type Failure } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { bearerCredential } from '../bearer-credential.ts';
import { checkChatRequest } from '../chat/check-chat-request.ts';
import { readChatAsk } from '../chat/read-chat-ask.ts';
import { chatBody, chatFrames, type ChatFlavour } from '../openai/write-openai.ts';
import { textOf } from '../read-members.ts';
import type { ProviderSurface } from '../surface.ts';

const flavour: ChatFlavour = {
  extras: { system_fingerprint: 'b6000-simulated' },
  reasoningMember: 'reasoning_content',
  obfuscates: false,
};

/** A local server in OpenAI's format, worded as llama.cpp does. */
export const compatibleSurface: ProviderSurface = {
  provider: 'compatible',
  caching: 'none',
  keepAlive: undefined,
  streamContentType: 'text/event-stream',
  wholeFrames: (reply) => [frame('content', chatBody(reply, flavour))],
  streamFrames: (reply, ask) => chatFrames(reply, ask, flavour),
  credentialOf: bearerCredential,
  readAsk: (body) => {
    const problem = checkChatRequest(body);
    if (problem !== undefined) throw new Refusal({ kind: '400', message: problem.message });
    if (!isServed('compatible', textOf(body['model']))) throw new Refusal({ kind: '404' });
    return readChatAsk(body);
  },
  error: (failure) => compatibleError(failure),
  errorFrames: (failure) => [frame('closing', `data: ${JSON.stringify(compatibleError(failure).body)}\n\n`)],
  headers: () => ({ server: 'llama.cpp' }),
  modelsList: () => ({
    object: 'list',
    data: listedModels.compatible.map((id) => ({ id, object: 'model', created: 1_721_172_741, owned_by: 'llamacpp' })),
  }),
};

function compatibleError(failure: Failure): ErrorAnswer {
  const status = statusOf(failure.kind);
  if (failure.kind === 'context_too_long') {
    const message = 'the request exceeds the available context size, try increasing it';
    const sizes = { n_prompt_tokens: 9000, n_ctx: 8192 };
    return {
      status,
      headers: {},
      body: {
        error: { code: status, message: failure.message ?? message, type: 'exceed_context_size_error', ...sizes },
      },
    };
  }
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  const message = failure.message ?? `The server answered ${status}.`;
  return { status, headers: {}, body: { error: { code: status, message, type } } };
}
