import assert from 'node:assert/strict';
import { z } from 'zod';
import { inputTokens, outputTokens } from '@tollgate/core';
import type { Books } from './both-ways.ts';

/** What is read of a request's line in the log. */
const requestLine = z.object({
  endpoint: z.string(),
  provider: z.string().nullish(),
  outcome: z.string().nullish(),
  estimated: z.boolean().nullish(),
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
});

/** Audio as bytes and transcripts as text tell no usage: those charges are estimates, and say so. */
const tellsUsage = ({ endpoint }: { readonly endpoint: string }): boolean =>
  !/speech|transcriptions|translations/.test(endpoint);

interface Counted {
  readonly provider: string;
  readonly input: number;
  readonly output: number;
}

/** By provider: how many answers there were, and of how many tokens. */
function sums(counts: readonly Counted[]): Readonly<Record<string, readonly number[]>> {
  const of = new Map<string, readonly [number, number, number]>();
  for (const { provider, input, output } of counts) {
    const [answers, inputs, outputs] = of.get(provider) ?? [0, 0, 0];
    of.set(provider, [answers + 1, inputs + input, outputs + output]);
  }
  return Object.fromEntries(of);
}

/** What the provider is called in config.yaml, by what the simulator calls it or by its API there. */
const names: Readonly<Record<string, string>> = { compatible: 'openai-compatible', 'azure-dated': 'azure' };
const nameOf = (provider: string): string => names[provider] ?? provider;

/** All that was answered is in the log, with the tokens of the provider's own ledger and none of them estimated. */
export function assertCharged({ lines, ledger }: Books): void {
  const provided = ledger
    .filter(({ status }) => status === 200)
    .filter(tellsUsage)
    .map(({ provider, usage }) => ({
      provider: nameOf(provider),
      input: inputTokens(usage),
      output: outputTokens(usage),
    }));
  const charged = lines
    .map((line) => requestLine.parse(line))
    .filter(({ outcome }) => outcome === 'completed')
    .filter(tellsUsage);
  assert.deepEqual(
    charged.filter(({ estimated }) => estimated !== false),
    [],
  );
  const counted = charged.map(({ provider, input_tokens: input, output_tokens: output }) => ({
    provider: nameOf(provider ?? ''),
    input: input ?? 0,
    output: output ?? 0,
  }));
  assert.deepEqual(sums(counted), sums(provided));
}
