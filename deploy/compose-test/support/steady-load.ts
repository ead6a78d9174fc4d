import { setTimeout as sleep } from 'node:timers/promises';
import { APIError, type OpenAI } from 'openai';

/** One request that did not get its answer. */
export interface Failure {
  readonly beganAtMs: number;
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly message: string;
}

export interface LoadResult {
  readonly answered: number;
  readonly failures: readonly Failure[];
}

/** About 20 requests a second, a third of them streams of a second. */
const callersAtOnce = 9;
const pauseAfterFailureMs = 100;

/** What became of the requests that were made while `action` went on. */
export async function underSteadyLoad(client: OpenAI, action: () => Promise<void>): Promise<LoadResult> {
  const failures: Failure[] = [];
  let answered = 0;
  let stopping = false;
  const caller = async (index: number): Promise<void> => {
    while (!stopping) {
      const beganAtMs = Date.now();
      try {
        await (index % 3 === 0 ? streamOnce(client) : callOnce(client));
        answered += 1;
      } catch (error) {
        failures.push(failureOf(error, beganAtMs));
        // Whoever is refused at once is not to call in a circle.
        await sleep(pauseAfterFailureMs);
      }
    }
  };
  const callers = Array.from({ length: callersAtOnce }, (_, index) => caller(index));
  try {
    await action();
  } finally {
    stopping = true;
    await Promise.all(callers);
  }
  return { answered, failures };
}

const ask = (content: string) => ({ model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content }] });

async function callOnce(client: OpenAI): Promise<void> {
  const { choices } = await client.chat.completions.create(ask('[[pace:first_content_ms=300]] hi'));
  if (!choices[0]?.message.content) throw new Error('an answer without content');
}

async function streamOnce(client: OpenAI): Promise<void> {
  const content = '[[words:20]] [[pace:between_events_ms=50]]';
  const stream = await client.chat.completions.create({ ...ask(content), stream: true });
  let finished = false;
  for await (const { choices } of stream) finished ||= choices[0]?.finish_reason === 'stop';
  if (!finished) throw new Error('a stream that broke off');
}

function failureOf(error: unknown, beganAtMs: number): Failure {
  if (!(error instanceof APIError)) {
    return { beganAtMs, status: undefined, retryAfter: undefined, message: String(error) };
  }
  const { status, headers, message }: ErrorAnswer = error;
  return { beganAtMs, status, retryAfter: headers?.get('retry-after') ?? undefined, message };
}

/** What the package leaves open in its type: without an answer there is neither status nor header. */
interface ErrorAnswer {
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly message: string;
}
