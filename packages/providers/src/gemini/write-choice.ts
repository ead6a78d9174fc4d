import type { JsonObject } from '@tollgate/core';
import type { ChatFinishReason } from './map-finish-reason.ts';
import type { CandidateReader } from './read-candidate.ts';

/** Google's id of an answer as that of a chat completion; ours where it gives none. */
export const chatId = ({ responseId }: JsonObject, requestId: string): string =>
  `chatcmpl-${typeof responseId === 'string' && responseId !== '' ? responseId : requestId}`;

/** Left out by some versions where there is one candidate. */
export const indexOf = ({ index }: JsonObject): number => (typeof index === 'number' ? index : 0);

/** Why a choice ended, and Google's word for it. A prompt that was refused has no candidate that could say. */
export const chosenFinish = (
  reader: CandidateReader,
  blockReason: string | undefined,
): { readonly finish_reason: ChatFinishReason; readonly native_finish_reason?: string } => {
  const native = blockReason ?? reader.nativeFinishReason;
  return {
    finish_reason: blockReason === undefined ? reader.finishReason : 'content_filter',
    ...(native === undefined ? {} : { native_finish_reason: native }),
  };
};
