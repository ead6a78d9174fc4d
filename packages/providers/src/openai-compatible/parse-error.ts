import { isJsonArray, isJsonObject, type AttemptError, type JsonObject, type JsonValue } from '@tollgate/core';
import { errorInAnswer } from '../base/answer-errors.ts';
import { readProviderWords } from '../base/provider-words.ts';

/**
 * The error inside an answer that came with a 2xx, if there is one: at the top, in a choice, or as a
 * finish reason (OpenRouter).
 */
export function parseErrorInside(answer: JsonObject, contentSeen: boolean): AttemptError | undefined {
  if (isError(answer['error']) || answer['object'] === 'error') {
    return errorInAnswer(readProviderWords(answer), contentSeen);
  }
  const { choices } = answer;
  if (!isJsonArray(choices)) return undefined;
  for (const choice of choices) {
    if (isJsonObject(choice) && (isError(choice['error']) || choice['finish_reason'] === 'error')) {
      return errorInAnswer(readProviderWords(choice), contentSeen);
    }
  }
  return undefined;
}

/** Truthy as the official SDKs take it: most servers send null where there is none. */
const isError = (error: JsonValue | undefined): boolean => Boolean(error);
