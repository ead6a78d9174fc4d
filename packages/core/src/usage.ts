/**
 * Token quantities of one answer, every class apart so that each can carry its own price.
 * Classes do not overlap, but for `reasoning`, which is part of `output`.
 * Providers differ in what their totals include; provider folders normalise to this.
 */
export interface Usage {
  readonly inputUncached: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly inputAudio: number;
  readonly output: number;
  readonly reasoning: number;
  readonly outputAudio: number;
  readonly images: number;
  /** Characters spoken, seconds heard or searches made: what a model is billed by where that is no token. */
  readonly units: number;
}

export const noUsage: Usage = {
  inputUncached: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  inputAudio: 0,
  output: 0,
  reasoning: 0,
  outputAudio: 0,
  images: 0,
  units: 0,
};

/** All input tokens, cached ones included, as OpenAI counts. */
export const inputTokens = (usage: Usage): number =>
  usage.inputUncached + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h + usage.inputAudio;

/** All output tokens, reasoning and audio included. */
export const outputTokens = (usage: Usage): number => usage.output + usage.outputAudio;

/** What counts towards tokens a minute. */
export const totalTokens = (usage: Usage): number => inputTokens(usage) + outputTokens(usage);
