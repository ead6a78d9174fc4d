import type { AnswerProgress } from '@tollgate/core';
import { noFacts, type AnswerFacts } from './adapter.ts';

/** One attempt's progress as it stands at the moment it is read: a view, so that a push allocates none. */
export class LiveProgress implements AnswerProgress {
  httpStatus: number | undefined;
  contentType: string | undefined;
  requestSent = false;
  providerRequestId: string | undefined;
  droppedFields: readonly string[] = [];
  /** The stream's reader or the whole answer, once there is one. */
  source: { readonly facts: AnswerFacts } = { facts: noFacts };

  get contentSeen(): AnswerProgress['contentSeen'] {
    return this.source.facts.contentSeen;
  }
  get finishReason(): AnswerProgress['finishReason'] {
    return this.source.facts.finishReason;
  }
  get usage(): AnswerProgress['usage'] {
    return this.source.facts.usage;
  }
  get inputUsage(): AnswerProgress['inputUsage'] {
    return this.source.facts.inputUsage;
  }
  get reportedCostNanoUsd(): AnswerProgress['reportedCostNanoUsd'] {
    return this.source.facts.reportedCostNanoUsd;
  }
  get contentBytes(): AnswerProgress['contentBytes'] {
    return this.source.facts.contentBytes;
  }
  get answeredModel(): AnswerProgress['answeredModel'] {
    return this.source.facts.answeredModel;
  }
  get serviceTier(): AnswerProgress['serviceTier'] {
    return this.source.facts.serviceTier;
  }
  get answerId(): AnswerProgress['answerId'] {
    return this.source.facts.answerId;
  }
  get answerItemIds(): AnswerProgress['answerItemIds'] {
    return this.source.facts.answerItemIds;
  }
}
