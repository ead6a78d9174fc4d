import { keptItemName, StoreError, type KeptResponses, type Protocol, type Target } from '@tollgate/core';
import type { UpstreamAnswer } from '@tollgate/upstream';
import type { Reserved } from './stages.ts';

export interface NotingParts {
  readonly responses: KeptResponses;
  readonly serves: (target: Target, protocol: Protocol) => boolean;
  readonly onStoreFailure: (error: StoreError) => void;
}

/**
 * Notes whose response it is that the provider will keep, and whose items. Sent before the answer, or the first piece of an
 * item, goes out, and not waited for: what could not be noted is answered all the same, and cannot be gone on from.
 */
export class KeptNotes {
  readonly #stage: Reserved;
  readonly #upstream: UpstreamAnswer;
  readonly #parts: NotingParts;
  #isResponseNoted = false;
  #itemsNoted = 0;

  constructor(stage: Reserved, upstream: UpstreamAnswer, parts: NotingParts) {
    this.#stage = stage;
    this.#upstream = upstream;
    this.#parts = parts;
  }

  /** Of what has come by now; cheap where nothing is new. */
  note(): void {
    const { answerId, answerItemIds = [] } = this.#upstream.answer.progress;
    if (!this.#isResponseNoted && answerId !== undefined) {
      this.#isResponseNoted = true;
      this.#noteId(answerId);
    }
    for (; this.#itemsNoted < answerItemIds.length; this.#itemsNoted += 1) {
      const itemId = answerItemIds[this.#itemsNoted];
      if (itemId !== undefined) this.#noteId(keptItemName(itemId));
    }
  }

  #noteId(responseId: string): void {
    const { shard, name: tenant } = this.#stage.caller.tenant;
    const { provider, providerModel } = this.#upstream.target;
    const credential = this.#upstream.attempts.at(-1)?.credential ?? '';
    this.#parts.responses
      .note({ shard, tenant, responseId }, { model: this.#stage.call.model, provider, providerModel, credential })
      .catch((error: unknown) => {
        if (!(error instanceof StoreError)) throw error;
        this.#parts.onStoreFailure(error);
      });
  }
}

/** Undefined for an answer that its provider does not keep. */
export function keptNotes(stage: Reserved, upstream: UpstreamAnswer, parts: NotingParts): KeptNotes | undefined {
  const { call } = stage;
  if (call.protocol !== 'openai_responses' || call.body.outline['store'] === false) return undefined;
  return parts.serves(upstream.target, 'stored_responses') ? new KeptNotes(stage, upstream, parts) : undefined;
}
