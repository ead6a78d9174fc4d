import {
  isJsonArray,
  isJsonObject,
  noUsage,
  type JsonObject,
  type JsonValue,
  type NanoUsd,
  type Usage,
} from '@tollgate/core';
import type { AnswerFacts } from '../base/adapter.ts';
import { parseUsage } from '../openai-compatible/parse-usage.ts';
import type { RelayDialect } from './relay-adapter.ts';

/** Gathers what a relayed answer says of itself, whole or event by event. */
export class RelayFacts implements AnswerFacts {
  contentSeen = false;
  finishReason: string | undefined;
  usage: Usage | undefined;
  reportedCostNanoUsd: NanoUsd | undefined;
  contentBytes = 0;
  answeredModel: string | undefined;
  readonly serviceTier = undefined;
  readonly #dialect: Pick<RelayDialect, 'reportedCost'>;

  constructor(dialect: Pick<RelayDialect, 'reportedCost'>) {
    this.#dialect = dialect;
  }

  readFrame(frame: JsonObject): void {
    if (typeof frame['model'] === 'string' && frame['model'] !== '') this.answeredModel = frame['model'];
    this.usage = readUsage(frame) ?? this.usage;
    if (isJsonObject(frame['usage'])) {
      this.reportedCostNanoUsd = this.#dialect.reportedCost(frame['usage']) ?? this.reportedCostNanoUsd;
    }
    this.#readText(frame);
  }

  /** Text completions have choices; transcripts and their events a text or a piece of it. */
  #readText(frame: JsonObject): void {
    const { choices, delta, text } = frame;
    for (const choice of isJsonArray(choices) ? choices : []) {
      if (!isJsonObject(choice)) continue;
      this.#count(choice['text']);
      if (typeof choice['finish_reason'] === 'string') this.finishReason = choice['finish_reason'];
    }
    if (this.finishReason === undefined) this.#count(delta ?? text);
  }

  #count(text: JsonValue | undefined): void {
    if (typeof text === 'string') this.contentBytes += Buffer.byteLength(text);
  }
}

/** In any of the forms that these endpoints have. Undefined, which is not nothing, where none of them is there. */
function readUsage(frame: JsonObject): Usage | undefined {
  const { usage, meta, duration } = frame;
  if (isJsonObject(usage))
    return readSeconds(usage['seconds']) ?? readTokens(usage) ?? parseUsage(usage) ?? readTotal(usage);
  if (isJsonObject(meta)) return readSearches(meta['billed_units']);
  return readSeconds(duration);
}

/** Images and recordings are counted as the Responses API counts. */
function readTokens(usage: JsonObject): Usage | undefined {
  const input = countOf(usage['input_tokens']);
  if (input === undefined) return undefined;
  const details = usage['input_token_details'] ?? usage['input_tokens_details'];
  const heard = isJsonObject(details) ? (countOf(details['audio_tokens']) ?? 0) : 0;
  return {
    ...noUsage,
    inputUncached: Math.max(0, input - heard),
    inputAudio: Math.min(input, heard),
    output: countOf(usage['output_tokens']) ?? 0,
  };
}

/** Jina and vLLM say how much they ranked. */
function readTotal(usage: JsonObject): Usage | undefined {
  const searches = countOf(usage['search_units']);
  if (searches !== undefined) return { ...noUsage, units: searches };
  const total = countOf(usage['total_tokens']);
  return total === undefined ? undefined : { ...noUsage, inputUncached: total };
}

function readSearches(billed: JsonValue | undefined): Usage | undefined {
  const searches = isJsonObject(billed) ? countOf(billed['search_units']) : undefined;
  return searches === undefined ? undefined : { ...noUsage, units: searches };
}

/** Billed by the second that has begun. */
function readSeconds(seconds: JsonValue | undefined): Usage | undefined {
  const units = typeof seconds === 'number' ? countOf(Math.ceil(seconds)) : undefined;
  return units === undefined ? undefined : { ...noUsage, units };
}

const countOf = (value: JsonValue | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
