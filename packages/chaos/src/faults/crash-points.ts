/**
 * Where a process can be killed, between two steps of its work. A script's `asking` is before the command leaves the
 * process, its `answered` is when Redis ran it and the process does not know yet; a mark is a line of the journal,
 * before or after it is written; an answer is a write to the caller.
 */
export type CrashPlace =
  | { readonly kind: 'asking' | 'answered'; readonly script: string }
  | { readonly kind: 'writing' | 'written'; readonly mark: 'S' | 'C' | 'D' }
  | { readonly kind: 'answering'; readonly write: number };

/** A request's way, in order. */
export const nodeCrashPoints = {
  'before admit': { kind: 'asking', script: 'admit' },
  'after admit': { kind: 'answered', script: 'admit' },
  'before dispatch': { kind: 'writing', mark: 'D' },
  'after dispatch': { kind: 'written', mark: 'D' },
  'mid-answer': { kind: 'answering', write: 3 },
  'after answer, before journal': { kind: 'writing', mark: 'S' },
  'after journal, before send': { kind: 'asking', script: 'settle' },
  'after send, before confirm': { kind: 'answered', script: 'settle' },
  'after confirm, before it is noted': { kind: 'writing', mark: 'C' },
} as const satisfies Record<string, CrashPlace>;

/** An event's way, in order. Apply acknowledges in the same step, so between the two there is no place. */
export const aggregatorCrashPoints = {
  'after read, before it is heard': { kind: 'answered', script: 'read-events' },
  'between read and apply': { kind: 'asking', script: 'apply' },
  'after apply and acknowledge, before it is heard': { kind: 'answered', script: 'apply' },
} as const satisfies Record<string, CrashPlace>;

/** A process of whom this is told kills itself the `visit`th time that it comes by. */
export interface PlannedCrash {
  readonly name: string;
  readonly place: CrashPlace;
  readonly visit: number;
}

/** What a process prints last, with the calls that it was at work on. */
export const crashWords = 'killed at the crash point';
