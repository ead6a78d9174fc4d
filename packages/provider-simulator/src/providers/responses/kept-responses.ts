import type { JsonObject } from '@tollgate/core';

/** A response that the provider keeps, and what led to it. */
export interface KeptResponse {
  readonly id: string;
  /** As a read of it gives it. */
  readonly body: JsonObject;
  readonly inputItems: readonly JsonObject[];
  /** All items of the conversation up to and including the answer. */
  readonly conversation: readonly JsonObject[];
}

/** The latest `capacity` responses, each for the account that asked for it. */
export class KeptResponses {
  readonly #kept = new Map<string, KeptResponse>();
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  keep(account: string, response: KeptResponse): void {
    this.#kept.set(keyOf(account, response.id), response);
    if (this.#kept.size <= this.#capacity) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      return;
    }
  }

  /** Undefined where there is none, or where it is another account's. */
  find(account: string, id: string): KeptResponse | undefined {
    return this.#kept.get(keyOf(account, id));
  }

  /** An item of any of the account's responses, or of what led to them. */
  findItem(account: string, id: string): JsonObject | undefined {
    for (const [key, { conversation }] of this.#kept) {
      const item = key.startsWith(`${account} `) ? conversation.find((one) => one['id'] === id) : undefined;
      if (item !== undefined) return item;
    }
    return undefined;
  }

  forget(account: string, id: string): void {
    this.#kept.delete(keyOf(account, id));
  }
}

const keyOf = (account: string, id: string): string => `${account} ${id}`;
