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

export function readTerms(text: string): Terms {
  const [head = '', ...lines] = text.split('\n');
  const [, admittedMs = '', tokens, , bound = '', expected = '', , ...buckets] = head.split(' ');
  const draft = lines.at(-1) ?? '';
  const scopes = lines.slice(0, -1).map((line, index): TermsScope => {
    const [kind, id, , , , ...budgets] = line.split('\t');
    return {
      name: `${kind}:${id}`,
      isCounted: buckets[2 * index] !== '0',
      budgets: sixes(budgets).map(([, firmness, current = '', ends = '', next = '']) => {
        const isHard = firmness === 'hard';
        const hasTurned = next !== '' && ends !== '' && Number(admittedMs) >= Number(ends);
        return { holdNanoUsd: BigInt(isHard ? bound : expected), isHard, period: hasTurned ? next : current };
      }),
    };
  });
  const isFirm = scopes.some(({ budgets }) => budgets.some(({ isHard }) => isHard));
  return {
    admittedMs: Number(admittedMs),
    tokens: Number(tokens),
    estimateNanoUsd: BigInt(isFirm ? bound : expected),
    scopes,
    call: /"call":"([^"]+)"/.exec(draft)?.[1] ?? '',
  };
}

const sixes = (fields: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.floor(fields.length / 6) }, (_, index) => fields.slice(6 * index, 6 * index + 6));
