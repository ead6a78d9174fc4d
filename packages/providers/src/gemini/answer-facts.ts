import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, type NanoUsd, type Usage } from '@tollgate/core';
import type { AnswerFacts } from '../base/adapter.ts';
import { parseUsage } from './parse-usage.ts';

/** What is known of an answer so far, gathered from a whole one or from its pieces. */
export class GeminiFacts implements AnswerFacts {
  contentSeen = false;
  finishReason: string | undefined;
  /** Undefined until an end is told: what a piece before it counts is what was made so far. */
  usage: Usage | undefined;
  inputUsage: Usage | undefined;
  readonly reportedCostNanoUsd: NanoUsd | undefined = undefined;
  contentBytes = 0;
  answeredModel: string | undefined;
  readonly serviceTier: string | undefined = undefined;
  #endTold = false;

  /** What stands beside the candidates, or tells that there will be none. */
  readFrame(answer: JsonObject): void {
    const { modelVersion, candidates, usageMetadata } = answer;
    if (typeof modelVersion === 'string' && modelVersion !== '') this.answeredModel = modelVersion;
    this.#endTold ||= blockReasonOf(answer) !== undefined || (isJsonArray(candidates) && candidates.some(isEnded));
    const usage = parseUsage(usageMetadata);
    if (usage === undefined) return;
    this.inputUsage = { ...usage, output: 0, reasoning: 0 };
    if (this.#endTold) this.usage = usage;
  }

  /** Text, thoughts or arguments that were produced. */
  countContent(text: string): void {
    this.contentSeen = true;
    this.contentBytes += Buffer.byteLength(text);
  }
}

const isEnded = (candidate: JsonValue): boolean =>
  isJsonObject(candidate) && typeof candidate['finishReason'] === 'string';

/** Why the prompt was refused before any model saw it. */
export function blockReasonOf({ promptFeedback: feedback }: JsonObject): string | undefined {
  const reason = isJsonObject(feedback) ? feedback['blockReason'] : undefined;
  return typeof reason === 'string' ? reason : undefined;
}
