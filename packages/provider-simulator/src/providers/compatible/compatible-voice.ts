import { listedModels } from '../../call/models.ts';
import { statusOf, type ErrorAnswer, type Failure } from '../../call/refusal.ts';
import { bearerCredential } from '../bearer-credential.ts';
import type { ModelsList, ProviderVoice } from '../voice.ts';

/** A local server in OpenAI's format, worded as llama.cpp does. */
export const compatibleVoice: ProviderVoice = {
  provider: 'compatible',
  credentialOf: bearerCredential,
  error: compatibleError,
  headers: () => ({ server: 'llama.cpp' }),
};

export const compatibleModelsList: ModelsList = () => ({
  object: 'list',
  data: listedModels.compatible.map((id) => ({ id, object: 'model', created: 1_721_172_741, owned_by: 'llamacpp' })),
});

export function compatibleError(failure: Failure): ErrorAnswer {
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
