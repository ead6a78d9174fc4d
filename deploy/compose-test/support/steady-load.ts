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
  /** Request ids of what was answered whole. */
  readonly answered: readonly string[];
  readonly failures: readonly Failure[];
}

/** Together about 20 requests a second, a third of them streams of a second. */
const callersAtOnce = 9;
const pauseAfterFailureMs = 100;

/** What became of the requests that each client made while `action` went on. */
export async function underSteadyLoad(
  clients: readonly OpenAI[],
  action: () => Promise<void>,
): Promise<readonly LoadResult[]> {
  const results = clients.map((client) => ({ client, answered: new Array<string>(), failures: new Array<Failure>() }));
  let stopping = false;
  const caller = async (index: number): Promise<void> => {
    const result = results[index % results.length];
    while (result !== undefined && !stopping) {
      const beganAtMs = Date.now();
      try {
        result.answered.push(await (index % 3 === 0 ? streamOnce(result.client) : callOnce(result.client)));
      } catch (error) {
        result.failures.push(failureOf(error, beganAtMs));
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
  return results;
}

const ask = (content: string) => ({ model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content }] });

async function callOnce(client: OpenAI): Promise<string> {
  const content = '[[pace:first_content_ms=300]] hi';
  const { data, response } = await client.chat.completions.create(ask(content)).withResponse();
  if (!data.choices[0]?.message.content) throw new Error('an answer without content');
  return requestId(response);
}

async function streamOnce(client: OpenAI): Promise<string> {
  const content = '[[words:20]] [[pace:between_events_ms=50]]';
  const { data, response } = await client.chat.completions.create({ ...ask(content), stream: true }).withResponse();
  let finished = false;
  for await (const { choices } of data) finished ||= choices[0]?.finish_reason === 'stop';
  if (!finished) throw new Error('a stream that broke off');
  return requestId(response);
}

function requestId({ headers }: Response): string {
  const id = headers.get('x-request-id');
  if (id === null) throw new Error('an answer without a request id');
  return id;
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
