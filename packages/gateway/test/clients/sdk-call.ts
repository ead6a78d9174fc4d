import type { Clients } from './both-ways.ts';

/** A call as a client writes it; the same for a provider itself and for a gateway before it. */
export interface SdkCall {
  readonly name: string;
  run(clients: Clients, model: string): Promise<unknown>;
}

export const of = (name: string, run: SdkCall['run']): SdkCall => ({ name, run });

export const stream = true as const;

/** The name of calls that the provider refuses. */
export const refusedByProvider = 'refused by the provider';
