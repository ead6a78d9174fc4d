import { inputBytes, inputTokens, outputTokens, type Call, type Usage } from '@tollgate/core';

/** What calls of one model lately turned out to need. */
interface Learned {
  bytesPerToken: number;
  /** Output tokens an answer of the last calls, a ring. */
  readonly outputs: number[];
  /** Share of its output cap that each call used which had one, a ring. */
  readonly shares: number[];
  next: number;
  nextShare: number;
  p95OutputTokens: number;
  p95Share: number;
}

/** What a call will likely need, all answers together. */
export interface LikelyTokens {
  readonly input: number;
  readonly output: number;
}

const firstBytesPerToken = 4;
const firstOutputTokens = 1024;
/** A cap above this says nothing about what will be used: clients send the model's maximum out of habit. */
const vastCapTokens = 8192;
const ringSize = 128;
const smoothing = 0.05;
const maxModels = 1000;

/**
 * Guesses the tokens of a call before it is made, and learns from what it was settled at.
 * Kept by model label, which config bounds; each node learns for itself.
 */
export class TokenEstimator {
  readonly #models = new Map<string, Learned>();

  /** For tokens a minute: a modest cap is taken at its word, so that what is reserved is seldom exceeded. */
  estimate(label: string, call: Call): number {
    const learned = this.#models.get(label);
    const input = likelyInput(call, learned);
    const likely = learned?.p95OutputTokens ?? firstOutputTokens;
    const cap = call.outputCapTokens;
    const output = cap === undefined ? likely : cap > vastCapTokens ? Math.min(cap, likely) : cap;
    return input + output * call.choices;
  }

  /** For soft budgets: what nineteen of twenty calls turned out to need, whatever cap they were sent with. */
  likely(label: string, call: Call): LikelyTokens {
    const learned = this.#models.get(label);
    const most = learned?.p95OutputTokens ?? firstOutputTokens;
    const cap = call.outputCapTokens;
    const output = cap === undefined ? most : Math.min(most, Math.ceil(cap * (learned?.p95Share ?? 1)));
    return { input: likelyInput(call, learned), output: output * call.choices };
  }

  learn(label: string, call: Call, usage: Usage): void {
    const learned = this.#entry(label);
    const input = inputTokens(usage);
    if (input > 0 && inputBytes(call) > 0)
      learned.bytesPerToken += smoothing * (inputBytes(call) / input - learned.bytesPerToken);
    const output = Math.ceil(outputTokens(usage) / call.choices);
    learned.outputs[learned.next] = output;
    learned.next = (learned.next + 1) % ringSize;
    if (isDue(learned.outputs, learned.next)) learned.p95OutputTokens = Math.max(1, p95(learned.outputs));
    if (call.outputCapTokens === undefined || call.outputCapTokens === 0) return;
    learned.shares[learned.nextShare] = output / call.outputCapTokens;
    learned.nextShare = (learned.nextShare + 1) % ringSize;
    if (isDue(learned.shares, learned.nextShare)) learned.p95Share = p95(learned.shares);
  }

  #entry(label: string): Learned {
    const known = this.#models.get(label);
    if (known !== undefined) return known;
    if (this.#models.size >= maxModels) this.#models.clear();
    const fresh: Learned = {
      bytesPerToken: firstBytesPerToken,
      outputs: [],
      shares: [],
      next: 0,
      nextShare: 0,
      p95OutputTokens: firstOutputTokens,
      p95Share: 1,
    };
    this.#models.set(label, fresh);
    return fresh;
  }
}

const likelyInput = (call: Call, learned: Learned | undefined): number =>
  Math.ceil(inputBytes(call) / (learned?.bytesPerToken ?? firstBytesPerToken));

/** Sorting a ring is 128 numbers; every eighth call keeps it off most requests. */
const isDue = (ring: readonly number[], next: number): boolean => next % 8 === 0 || ring.length < 8;

/** Of a ring with something in it. */
function p95(values: readonly number[]): number {
  // Numbers of a typed array are sorted without a call of ours for each pair.
  const sorted = new Float64Array(values).toSorted();
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
}
