import {
  isJsonArray,
  isJsonObject,
  tryParseJson,
  type AttemptError,
  type JsonObject,
  type JsonValue,
} from '@tollgate/core';
import type { WireHeaders } from '../base/adapter.ts';
import { refusalFrom } from '../base/answer-errors.ts';
import { readProviderWords, type ProviderWords } from '../base/provider-words.ts';

/** What a status that is not 2xx means. */
export const parseError = (status: number, headers: WireHeaders, body: Buffer): AttemptError =>
  refusalFrom(readGeminiWords(tryParseJson(body.toString('utf8'))), status, headers);

/**
 * Google's words, `{error: {code, message, status, details}}`, with the name that all providers' failures of the kind
 * have: a key that is not valid comes as a 400, and a limit of a minute in the words of an account that is spent.
 */
export function readGeminiWords(answer: JsonValue | undefined): ProviderWords | undefined {
  const words = readProviderWords(answer);
  const error = errorOf(answer);
  if (words === undefined || error === undefined) return words;
  const { status } = error;
  const details = isJsonArray(error['details']) ? error['details'].filter(isJsonObject) : [];
  const name = nameOf(words.message ?? '', status, details);
  return {
    ...words,
    // Google's status is a code in the words of callers, whose protocols have types of their own.
    code: typeof status === 'string' ? status : words.code,
    names: name === undefined ? words.names : [name, ...words.names],
    retryAfterMs: retryDelayMs(details) ?? words.retryAfterMs,
  };
}

function errorOf(answer: JsonValue | undefined): JsonObject | undefined {
  const root = isJsonArray(answer) ? answer[0] : answer;
  return isJsonObject(root) && isJsonObject(root['error']) ? root['error'] : undefined;
}

const tooLong = /input token count.*exceeds the maximum/i;

function nameOf(message: string, status: JsonValue | undefined, details: readonly JsonObject[]): string | undefined {
  if (details.some(({ reason }) => reason === 'API_KEY_INVALID')) return 'invalid_api_key';
  if (status === 'RESOURCE_EXHAUSTED') {
    return violations(details).some(isOfDay) ? 'insufficient_quota' : 'rate_limit_exceeded';
  }
  return tooLong.test(message) ? 'context_length_exceeded' : undefined;
}

const violations = (details: readonly JsonObject[]): readonly JsonObject[] =>
  details.flatMap(({ violations: all }) => (isJsonArray(all) ? all.filter(isJsonObject) : []));

/** `GenerateRequestsPerDayPerProjectPerModel-FreeTier`: waiting for a minute does not help. */
const isOfDay = ({ quotaId }: JsonObject): boolean => typeof quotaId === 'string' && quotaId.includes('PerDay');

/** `RetryInfo.retryDelay`, seconds as `"23.5s"`. */
function retryDelayMs(details: readonly JsonObject[]): number | undefined {
  const delay = details.map(({ retryDelay }) => retryDelay).find((value) => typeof value === 'string');
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(delay ?? '')?.[1]);
  return Number.isNaN(seconds) ? undefined : Math.ceil(seconds * 1000);
}
