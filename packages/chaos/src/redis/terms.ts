/** What a reservation was agreed to: read here past the product, from the text that docs/redis-keys.md names. */
export interface Terms {
  readonly admittedMs: number;
  readonly tokens: number;
  readonly estimateNanoUsd: bigint;
  readonly scopes: readonly TermsScope[];
  /** The call's tag. */
  readonly call: string;
}

export interface TermsScope {
  /** `key:<id>` or `tenant:<name>`. */
  readonly name: string;
  /** Whether Redis counted the call into its window; else a node admitted it alone. */
  readonly isCounted: boolean;
  readonly budgets: readonly { readonly holdNanoUsd: bigint; readonly isHard: boolean; readonly period: string }[];
}

interface OpenScope extends TermsScope {
  readonly budgets: TermsScope['budgets'][number][];
}

export function readTerms(text: string): Terms {
  const [head = '', ...lines] = text.split('\n');
  const [, admittedMs, tokens, , estimate = '0'] = head.split(' ');
  const scopes: OpenScope[] = [];
  let call = '';
  for (const line of lines) {
    const [mark, ...words] = line.split(' ');
    if (mark === 'S') scopes.push({ name: `${words[0]}:${words[4]}`, isCounted: words[1] !== '0', budgets: [] });
    else if (mark === 'B') {
      const [hold = '0', cap, , ...period] = words;
      scopes.at(-1)?.budgets.push({ holdNanoUsd: BigInt(hold), isHard: cap !== '-', period: period.join(' ') });
    } else call = /"call":"([^"]+)"/.exec(line)?.[1] ?? '';
  }
  return { admittedMs: Number(admittedMs), tokens: Number(tokens), estimateNanoUsd: BigInt(estimate), scopes, call };
}
