import type { JsonObject } from '@tollgate/core';

/** What goes wrong: an HTTP status, or one of the cases that share a status with others. */
export interface Failure {
  readonly kind: `${number}` | 'quota' | 'context_too_long';
  /** Replaces the provider's usual words. */
  readonly message?: string;
  /** OpenAI's: the member that is wrong, and its own code for what is wrong. */
  readonly param?: string | null;
  readonly code?: string | null;
}

/** An error answer in the shape of the provider that gives it. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** Thrown where a provider would refuse the request for what it says. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message ?? `refused with ${failure.kind}`);
    this.failure = failure;
  }
}

export const statusOf = (kind: Failure['kind']): number => {
  if (kind === 'quota') return 429;
  return kind === 'context_too_long' ? 400 : Number(kind);
};
