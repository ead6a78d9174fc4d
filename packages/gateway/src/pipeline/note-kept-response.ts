import { StoreError, type KeptResponses, type Protocol, type Target } from '@tollgate/core';
import type { Answered } from './call-provider.ts';

export interface NotingParts {
  readonly responses: KeptResponses;
  readonly serves: (target: Target, protocol: Protocol) => boolean;
  readonly onStoreFailure: (error: StoreError) => void;
}

/**
 * Notes whose response it is that the provider will keep. Sent before the answer goes out, and not waited for: a
 * response that could not be noted is answered all the same, and cannot be gone on from.
 */
export function noteKeptResponse({ stage, upstream }: Answered, parts: NotingParts): void {
  const { call, caller } = stage;
  const responseId = upstream.answer.progress.answerId;
  if (call.protocol !== 'openai_responses' || responseId === undefined || call.body.value['store'] === false) return;
  const { target, attempts } = upstream;
  if (!parts.serves(target, 'stored_responses')) return;
  const { shard, name: tenant } = caller.tenant;
  const { provider, providerModel } = target;
  const credential = attempts.at(-1)?.credential ?? '';
  parts.responses
    .note({ shard, tenant, responseId }, { model: call.model, provider, providerModel, credential })
    .catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      parts.onStoreFailure(error);
    });
}
