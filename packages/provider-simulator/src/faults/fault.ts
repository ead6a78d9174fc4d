import { z } from 'zod';
import type { Failure } from '../call/refusal.ts';
import type { Frame, Script } from '../call/script.ts';

const count = z.coerce.number().int().min(0);

/** How a fault is tuned; each fault says which of these it reads. */
export const faultParametersSchema = z.strictObject({
  /** Events with content that get through before it happens. */
  after_events: count.optional(),
  /** Bytes of the body that get through before it happens; goes before `after_events`. */
  after_bytes: count.optional(),
  delay_ms: count.optional(),
  keep_alive_ms: count.min(1).optional(),
  /** Seconds, or an HTTP date, for the header of that name; `none` leaves it out. */
  retry_after: z.union([z.number(), z.string()]).transform(String).optional(),
  bytes: count.max(256 * 1024 * 1024).optional(),
  status: z.coerce.number().int().min(200).max(599).optional(),
});

export type FaultParameters = z.infer<typeof faultParametersSchema>;

/** A call about to be answered, for a fault to spoil. */
export interface FaultContext {
  readonly script: Script;
  readonly parameters: FaultParameters;
  /** What the provider writes into an idle stream. */
  readonly keepAlive: string | undefined;
  /** The error as events of a stream that was already begun. */
  errorFrames(failure: Failure): readonly Frame[];
  /** The answer that refuses the call with this failure. */
  errorScript(failure: Failure): Script;
}

export interface Fault {
  /** What it does, in a sentence. */
  readonly about: string;
  readonly parameters: readonly (keyof FaultParameters)[];
  apply(context: FaultContext): Script;
}
