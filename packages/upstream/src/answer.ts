import type { AnswerProgress } from '@tollgate/core';
import type { AnswerSink } from './answer-relay.ts';

/** An answer of which content has come, or all of it. From here on no other attempt can replace it. */
export interface Answer {
  /** Everything up to and with the bytes that hold the first content; of an unstreamed answer, everything. Let go of by `relay`. */
  readonly head: Buffer;
  /** Nothing comes after `head`. */
  readonly ended: boolean;
  /** Live. */
  readonly progress: AnswerProgress;
  /** Passes on what follows `head`, at once and push by push, until `end` or `fail`. May be called once. */
  relay(sink: AnswerSink): void;
  /** The sink takes bytes again. */
  resume(): void;
  /** Ends the connection to the provider; the sink is told `fail` with `aborted`. */
  abort(): void;
}
