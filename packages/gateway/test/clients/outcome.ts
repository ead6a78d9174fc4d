import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

/** What an SDK gave: its answer, the events of its stream, or the error that it threw. */
export async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    const given = await run();
    return isStream(given) ? { events: await eventsOf(given) } : given;
  } catch (error) {
    assert.ok(error instanceof OpenAI.APIError || error instanceof Anthropic.APIError, String(error));
    return {
      thrown: error.constructor.name,
      status: error.status,
      type: error.type,
      words: wordsOf(error.error),
      ...(error instanceof OpenAI.APIError ? { code: error.code, param: error.param } : {}),
    };
  }
}

const isStream = (given: unknown): given is AsyncIterable<unknown> =>
  typeof given === 'object' && given !== null && Symbol.asyncIterator in given;

/** OpenRouter's messages end with a `[DONE]` at which Anthropic's SDK fails; docs/compatibility.md says that it is left out here. */
async function eventsOf(stream: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const events: unknown[] = [];
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    if (!(error instanceof SyntaxError && error.message.includes('"[DONE]"'))) throw error;
    events.push('[DONE]');
  }
  return events;
}

/** The message of an error's body: OpenAI's SDK gives what is in `error`, Anthropic's the whole body. */
function wordsOf(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return undefined;
  if ('error' in body) return wordsOf(body.error);
  return 'message' in body ? body.message : undefined;
}

/** Members that are new in each answer. */
const fresh = new Set([
  'id',
  'created',
  'created_at',
  'completed_at',
  'item_id',
  'call_id',
  'obfuscation',
  'previous_response_id',
  'signature',
  'encrypted_content',
  '_request_id',
]);

/** The same with the types of what is new in each answer. */
export function comparable(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(comparable);
  if (typeof given !== 'object' || given === null) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, fresh.has(name) ? typeof value : comparable(value)]),
  );
}
