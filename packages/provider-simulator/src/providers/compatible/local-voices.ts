import { statusOf } from '../../call/refusal.ts';
import { listedModels } from '../../call/models.ts';
import { bearerCredential } from '../bearer-credential.ts';
import type { ModelsList, ProviderVoice } from '../voice.ts';

/** Ollama, in OpenAI's format. */
export const ollamaVoice: ProviderVoice = {
  provider: 'compatible',
  credentialOf: bearerCredential,
  headers: () => ({}),
  error: (failure, { model }) => {
    const status = statusOf(failure.kind);
    const words = status === 404 ? `model "${model}" not found, try pulling it first` : `the server answered ${status}`;
    const type = status === 404 ? 'not_found_error' : 'api_error';
    const message = failure.message ?? words;
    return { status, headers: {}, body: { error: { message, type, param: null, code: null } } };
  },
};

const vllmTypes: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequestError'],
  [401, 'AuthenticationError'],
  [404, 'NotFoundError'],
  [429, 'RateLimitError'],
  [503, 'ServiceUnavailableError'],
]);

/** vLLM, whose errors stand at the top. */
export const vllmVoice: ProviderVoice = {
  provider: 'compatible',
  credentialOf: bearerCredential,
  headers: () => ({ server: 'uvicorn' }),
  error: (failure, { model }) => {
    const status = statusOf(failure.kind);
    const words: Readonly<Record<string, string>> = {
      '404': `The model \`${model}\` does not exist.`,
      context_too_long:
        "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens in the messages, Please reduce the length of the messages.",
    };
    const type = vllmTypes.get(status) ?? (status < 500 ? 'BadRequestError' : 'InternalServerError');
    const message = failure.message ?? words[failure.kind] ?? `The server answered ${status}.`;
    return { status, headers: {}, body: { object: 'error', message, type, param: null, code: status } };
  },
};

const listOf =
  (extras: { readonly owned_by: string; readonly max_model_len?: number }): ModelsList =>
  () => ({
    object: 'list',
    data: listedModels.compatible.map((id) => ({ id, object: 'model', created: 1_721_172_741, ...extras })),
  });

export const ollamaModelsList = listOf({ owned_by: 'library' });
export const vllmModelsList = listOf({ owned_by: 'vllm', max_model_len: 8192 });
