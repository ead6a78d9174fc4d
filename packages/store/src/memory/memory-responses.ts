import {
  keepsResponsesForMs,
  type Clock,
  type KeptResponse,
  type KeptResponses,
  type ResponsePlace,
} from '@tollgate/core';

const mostKept = 100_000;

/** Responses that providers keep, for a single process; the oldest make way. */
export class MemoryResponses implements KeptResponses {
  readonly #clock: Clock;
  readonly #places = new Map<string, { readonly place: ResponsePlace; readonly untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async note(response: KeptResponse, place: ResponsePlace): Promise<void> {
    const key = keyOf(response);
    this.#places.delete(key);
    this.#places.set(key, { place, untilMs: this.#clock.nowMs() + keepsResponsesForMs });
    if (this.#places.size <= mostKept) return;
    const [oldest] = this.#places.keys();
    if (oldest !== undefined) this.#places.delete(oldest);
  }

  async find(response: KeptResponse): Promise<ResponsePlace | undefined> {
    const found = this.#places.get(keyOf(response));
    return found !== undefined && found.untilMs > this.#clock.nowMs() ? found.place : undefined;
  }
}

const keyOf = ({ tenant, responseId }: KeptResponse): string => JSON.stringify([tenant, responseId]);
