import type { Usage } from '@tollgate/core';

export interface Answer {
  readonly reasoning: string;
  /** Whether the reasoning is shown in no form that can be read. */
  readonly redacted: boolean;
  readonly text: string;
  readonly refusal: string | undefined;
  readonly toolCalls: readonly AnsweredToolCall[];
  readonly finish: Finish;
  /** The provider's own word for the end, where the prompt asked for one. */
  readonly finishWord: string | undefined;
  /** The one that ended the answer, for `stop_sequence`. */
  readonly stopSequence: string | undefined;
}

export interface AnsweredToolCall {
  readonly name: string;
  /** JSON text; broken where the output cap cut it. */
  readonly argumentsText: string;
}

export type Finish = 'stop' | 'stop_sequence' | 'length' | 'tool_calls' | 'refusal';

/** All that a wire format needs to write an answer down. */
export interface Reply {
  /** Unique within the simulator and, by its start time, among several. */
  readonly id: string;
  readonly requestId: string;
  readonly createdSeconds: number;
  /** The model that answers, as the provider names it. */
  readonly model: string;
  /** Undefined is the standard one. */
  readonly serviceTier: string | undefined;
  readonly answers: readonly Answer[];
  readonly usage: Usage;
  readonly costUsd: { readonly input: number; readonly output: number; readonly total: number };
  readonly tokensPerEvent: number;
}
