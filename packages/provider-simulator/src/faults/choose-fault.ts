import type { z } from 'zod';
import { parseTold, settingsOf, splitWords } from '../call/setting-words.ts';
import { faultCatalogue } from './catalogue.ts';
import type { Fault, FaultParameters } from './fault.ts';
import type { CallTraits, FaultRegistry } from './fault-registry.ts';
import { toldFaultSchema } from './fault-rule.ts';

export interface ChosenFault {
  readonly name: string;
  readonly fault: Fault;
  readonly parameters: FaultParameters;
}

/**
 * The fault that a call meets: the first armed one that matches, else the first of `texts` that is meant for
 * this provider. A text is a name and settings: `429 retry_after=2 provider=openai`. Refuses nonsense.
 */
export function chooseFault(
  registry: FaultRegistry,
  { traits, texts }: { readonly traits: CallTraits; readonly texts: readonly (string | undefined)[] },
): ChosenFault | undefined {
  const told = texts.filter((text) => text !== undefined).map(readFaultText);
  const chosen =
    registry.take(traits) ?? told.find(({ provider }) => (provider ?? traits.provider) === traits.provider);
  if (chosen === undefined) return undefined;
  const fault = faultCatalogue.get(chosen.fault);
  return fault === undefined ? undefined : { name: chosen.fault, fault, parameters: chosen };
}

function readFaultText(text: string): z.infer<typeof toldFaultSchema> {
  const [fault = '', ...settings] = splitWords(text);
  return parseTold(toldFaultSchema, { ...settingsOf(settings), fault });
}
