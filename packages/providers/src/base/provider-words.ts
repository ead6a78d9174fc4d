import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

/** What a provider says of a failure, whatever shape it says it in. */
export interface ProviderWords {
  readonly message: string | undefined;
  readonly type: string | undefined;
  readonly code: string | number | undefined;
  readonly param: string | undefined;
  /** Machine-readable names of the failure, the most telling first. */
  readonly names: readonly string[];
  /** The HTTP status that the error itself names, for errors inside a 2xx. */
  readonly status: number | undefined;
  /** OpenRouter's verdict where no endpoint of a model is available; it overrules the code. */
  readonly isRetryable: boolean | undefined;
  readonly retryAfterMs: number | undefined;
  /** The failure is that of a provider behind this one, not of our account. */
  readonly isOfOtherProvider: boolean;
  /** The input was refused by moderation. */
  readonly isFlagged: boolean;
}

/**
 * Reads `{error: {…}}` (OpenAI, OpenRouter, Anthropic, llama.cpp), `{error: "…"}` (xAI), the same in an
 * array (Gemini) and fields at the top (Mistral, FastAPI). Undefined where there is no error to be seen.
 */
export function readProviderWords(answer: JsonValue | undefined): ProviderWords | undefined {
  const root = isJsonArray(answer) ? answer[0] : answer;
  if (!isJsonObject(root)) return undefined;
  const { error } = root;
  if (isJsonObject(error)) return wordsOf(error, textOf(error['message']) ?? textOf(error['detail']));
  if (typeof error === 'string') return wordsOf(root, error);
  const message = textOf(root['message']) ?? textOf(root['detail']);
  return message === undefined ? undefined : wordsOf(root, message);
}

function wordsOf(error: JsonObject, message: string | undefined): ProviderWords {
  const metadata = objectOf(error['metadata']);
  const details = objectOf(error['details']);
  const availability = objectOf(error['availability']);
  const { code } = error;
  const retryable = availability['retryable'];
  return {
    message,
    type: textOf(error['type']),
    code: typeof code === 'number' ? code : textOf(code),
    param: textOf(error['param']),
    names: [
      code,
      details['error_code'],
      availability['code'],
      metadata['error_type'],
      error['error_type'],
      error['type'],
    ]
      .map(textOf)
      .filter((name) => name !== undefined),
    status: [code, error['status'], error['http_status']].find(isErrorStatus),
    isRetryable: typeof retryable === 'boolean' ? retryable : undefined,
    retryAfterMs: secondsOf(availability['retry_after']),
    isOfOtherProvider: textOf(metadata['provider_name']) !== undefined,
    isFlagged: isJsonArray(metadata['reasons']) || textOf(metadata['flagged_input']) !== undefined,
  };
}

const none: JsonObject = {};
const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : none);

const textOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const secondsOf = (value: JsonValue | undefined): number | undefined =>
  typeof value === 'number' && value >= 0 ? Math.ceil(value * 1000) : undefined;

const isErrorStatus = (value: JsonValue | undefined): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599;
