import type { Call, Usage } from '@tollgate/core';
import { inputTokens, outputTokens } from '@tollgate/core';

/** What calls of one model lately turned out to need. */
interface Learned {
  bytesPerToken: number;
  /** Output tokens an answer of the last calls, a ring. */
  readonly outputs: number[];
  next: number;
  p95OutputTokens: number;
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

  estimate(label: string, call: Call): number {
    const learned = this.#models.get(label);
    const input = Math.ceil(call.body.raw.length / (learned?.bytesPerToken ?? firstBytesPerToken));
    const likely = learned?.p95OutputTokens ?? firstOutputTokens;
    const cap = call.outputCapTokens;
    const output = cap === undefined ? likely : cap > vastCapTokens ? Math.min(cap, likely) : cap;
    return input + output * call.choices;
  }

  learn(label: string, call: Call, usage: Usage): void {
    const learned = this.#entry(label);
    const input = inputTokens(usage);
    if (input > 0) learned.bytesPerToken += smoothing * (call.body.raw.length / input - learned.bytesPerToken);
    learned.outputs[learned.next] = Math.ceil(outputTokens(usage) / call.choices);
    learned.next = (learned.next + 1) % ringSize;
    // Sorting the ring is 128 numbers; every eighth call keeps it off most requests.
    if (learned.next % 8 === 0 || learned.outputs.length < 8) learned.p95OutputTokens = p95(learned.outputs);
  }

  #entry(label: string): Learned {
    const known = this.#models.get(label);
    if (known !== undefined) return known;
    if (this.#models.size >= maxModels) this.#models.clear();
    const fresh: Learned = {
      bytesPerToken: firstBytesPerToken,
      outputs: [],
      next: 0,
      p95OutputTokens: firstOutputTokens,
    };
    this.#models.set(label, fresh);
    return fresh;
  }
}

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.max(1, sorted[Math.ceil(sorted.length * 0.95) - 1] ?? firstOutputTokens);
}
