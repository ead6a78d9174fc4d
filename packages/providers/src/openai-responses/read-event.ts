import { isJsonObject, tryParseJson, type AttemptError, type JsonObject } from '@tollgate/core';
import { errorInAnswer, malformedAnswer } from '../base/answer-errors.ts';
import { readProviderWords } from '../base/provider-words.ts';
import type { SseEvent } from '../base/sse-parser.ts';
import type { ResponseFacts } from './response-facts.ts';

/** What an event of a stream is to its reader. */
export type ReadEvent =
  /** Nothing of the protocol: a comment, or OpenRouter's `[DONE]`. */
  | { readonly kind: 'none' }
  | { readonly kind: 'lifecycle'; readonly response: JsonObject }
  | { readonly kind: 'content'; readonly event: JsonObject }
  /** `response.completed` or `response.incomplete`: nothing comes behind it. */
  | { readonly kind: 'end'; readonly response: JsonObject }
  | { readonly kind: 'error'; readonly error: AttemptError };

const none: ReadEvent = { kind: 'none' };

/**
 * Reads one event and adds what it says to the facts. OpenAI's errors come as `error`, with its members at
 * the top as specified or within `error` as sent, and then again as `response.failed`.
 */
export function readEvent({ event: name, data }: SseEvent, facts: ResponseFacts): ReadEvent {
  if (data === undefined || data === '' || data === '[DONE]') return none;
  const event = tryParseJson(data);
  if (name === 'error') return failed(event, facts);
  if (!isJsonObject(event)) {
    return { kind: 'error', error: malformedAnswer('an event of the stream is no JSON object') };
  }
  const { response } = event;
  switch (event['type']) {
    case 'error':
    case 'response.error':
      return failed(event, facts);
    case 'response.failed':
    case 'response.cancelled':
      if (isJsonObject(response)) facts.readResponse(response);
      return failed(response, facts);
    case 'response.completed':
    case 'response.incomplete':
      if (!isJsonObject(response)) return { kind: 'error', error: malformedAnswer('the last event has no response') };
      facts.readEnd(response);
      return { kind: 'end', response };
    default:
      if (isJsonObject(response)) {
        facts.readResponse(response);
        return { kind: 'lifecycle', response };
      }
      // Servers of other makes say their errors as they do in chat completions.
      if (event['type'] === undefined && Boolean(event['error'])) return failed(event, facts);
      facts.readEvent(event);
      return { kind: 'content', event };
  }
}

const failed = (of: Parameters<typeof readProviderWords>[0], { contentSeen }: ResponseFacts): ReadEvent => ({
  kind: 'error',
  error: errorInAnswer(readProviderWords(of), contentSeen),
});
