import assert from 'node:assert/strict';
import { expectThrough, type Difference } from '../compatibility/differences.ts';
import type { ProbedKind } from '../compatibility/provider-kinds.ts';
import type { BothWays, Clients } from './both-ways.ts';
import { comparable, outcomeOf } from './outcome.ts';
import { refusedByProvider, type SdkCall } from './sdk-call.ts';

export interface ComparedCall {
  readonly endpoint: string;
  readonly kind: ProbedKind;
  /** The provider's name of it. */
  readonly model: string;
  readonly itself: Clients;
  readonly gateway: Clients;
  readonly seen: Set<Difference>;
  /** Whether the provider answers with an error. */
  readonly fails?: boolean;
}

export const both = (at: BothWays, kind: ProbedKind): Pick<ComparedCall, 'itself' | 'gateway'> => ({
  itself: at.direct(kind),
  gateway: at.through(kind),
});

/** What comes through the gateway has to be what the provider gives directly, but for the differences that are listed. */
export async function compareCall(compared: ComparedCall, call: SdkCall): Promise<void> {
  const { endpoint, kind, model, itself, gateway, seen, fails = call.name === refusedByProvider } = compared;
  const [direct, through] = await Promise.all([
    outcomeOf(() => call.run(itself, model)),
    outcomeOf(() => call.run(gateway, gateway.prefix + model)),
  ]);
  assert.equal(isThrown(direct), fails, JSON.stringify(direct));
  const asked = { endpoint, kind: kind.kind };
  const expected = expectThrough(comparable(direct), comparable(through), { asked, seen });
  assert.deepEqual(comparable(through), expected, `${endpoint} with ${kind.kind}, ${call.name}`);
}

const isThrown = (outcome: unknown): boolean => typeof outcome === 'object' && outcome !== null && 'thrown' in outcome;
