import { frame, type Script } from '../call/script.ts';
import type { ProviderName } from '../call/ask.ts';
import type { Exchange, RecordedResponse } from './exchange.ts';

/** Recorded answers that wait for calls. */
export interface ReplayRequest {
  readonly provider: ProviderName;
  /** Any model where absent. */
  readonly model?: string | undefined;
  /** Each answers one call, in order. */
  readonly exchanges: readonly Exchange[];
  /** How often the whole list is gone through; once by default. */
  readonly times?: number | undefined;
  /** Splits the body into writes of so many bytes. */
  readonly bytesPerWrite?: number | undefined;
  /** In place of the recorded status; a transcript of a body alone has none. */
  readonly status?: number | undefined;
}

interface Waiting {
  readonly request: ReplayRequest;
  readonly response: RecordedResponse;
}

const maxWaiting = 10_000;

export class ReplayQueue {
  #waiting: Waiting[] = [];

  get length(): number {
    return this.#waiting.length;
  }

  /** Throws a RangeError where too many would wait. */
  add(request: ReplayRequest): void {
    const round = request.exchanges.map(({ response }) => ({ request, response }));
    const times = request.times ?? 1;
    if (this.#waiting.length + round.length * times > maxWaiting) {
      throw new RangeError(`no more than ${maxWaiting} recorded answers can wait at once`);
    }
    this.#waiting.push(...Array.from({ length: times }, () => round).flat());
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The recorded answer for this call, which is then used up. */
  take(provider: ProviderName, model: string): Script | undefined {
    const index = this.#waiting.findIndex(
      ({ request }) => request.provider === provider && (request.model ?? model) === model,
    );
    const [taken] = index === -1 ? [] : this.#waiting.splice(index, 1);
    return taken === undefined ? undefined : replayScript(taken);
  }
}

/** What this connection decides by itself, and what no longer holds for the bytes kept. */
const droppedHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'proxy-connection',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function replayScript({ request, response }: Waiting): Script {
  const kept = Object.entries(response.headers).filter(([name]) => !droppedHeaders.has(name));
  const contentType = response.headers['content-type'] ?? '';
  return {
    headersAfterMs: 0,
    head: { status: request.status ?? response.status, headers: Object.fromEntries(kept) },
    frames: [frame('content', response.body)],
    ending: 'complete',
    charging: 'nothing',
    stream: contentType.startsWith('text/event-stream'),
    bytesPerWrite: request.bytesPerWrite ?? 0,
  };
}
