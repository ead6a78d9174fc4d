import type { JsonValue } from '@tollgate/core';
import { z } from 'zod';
import { pacingSchema, unpaced, type Pacing } from '../call/pacing.ts';
import type { FaultRegistry } from '../faults/fault-registry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ReplayQueue } from '../transcript/replay-queue.ts';
import { readReplayOrder } from './replay-order.ts';
import { writeLedger } from './write-ledger.ts';

export interface ControlParts {
  readonly ledger: Ledger;
  readonly faults: FaultRegistry;
  readonly replays: ReplayQueue;
  readonly pacing: { get(): Pacing; set(pacing: Pacing): void };
  readonly transcriptsFolder: string | undefined;
}

export const controlPrefix = '/_simulator/';

/** `input` is the JSON body or, for GET and DELETE, the query; undefined where there is none. */
export type ControlRoute = (input: unknown) => JsonValue;

const idSchema = z.coerce.number().int().min(1);

/** The control API by `METHOD path`; docs/simulator.md describes it. */
export const createControlRoutes = (parts: ControlParts): ReadonlyMap<string, ControlRoute> =>
  new Map<string, ControlRoute>([
    ['GET ledger', () => writeLedger(parts.ledger)],
    ['DELETE ledger', done(() => parts.ledger.clear())],
    ['GET faults', () => ({ faults: parts.faults.list() })],
    ['POST faults', (input) => parts.faults.arm(input)],
    ['DELETE faults', (input) => ({ done: parts.faults.disarm(readId(input)) })],
    ['GET pacing', () => parts.pacing.get()],
    ['PATCH pacing', (input) => changePacing(parts, input)],
    ['DELETE pacing', () => changePacing(parts, unpaced)],
    ['GET replay', () => ({ waiting: parts.replays.length })],
    ['POST replay', (input) => orderReplay(parts, input)],
    ['DELETE replay', done(() => parts.replays.clear())],
  ]);

const done =
  (action: () => void): ControlRoute =>
  () => {
    action();
    return { done: true };
  };

const readId = (query: unknown): number | undefined =>
  query === undefined ? undefined : z.strictObject({ id: idSchema }).parse(query).id;

function changePacing({ pacing }: ControlParts, patch: unknown): JsonValue {
  const checked = pacingSchema.partial().parse(patch);
  const next = pacingSchema.parse({ ...pacing.get(), ...checked });
  pacing.set(next);
  return next;
}

function orderReplay({ replays, transcriptsFolder }: ControlParts, order: unknown): JsonValue {
  replays.add(readReplayOrder(order, transcriptsFolder));
  return { waiting: replays.length };
}
