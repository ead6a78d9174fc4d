import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, type NanoUsd, type Usage } from '@tollgate/core';
import type { AnswerFacts } from '../base/adapter.ts';
import type { ResponsesDialect } from './dialect.ts';
import { finishReasonOf } from './finish-reason.ts';
import { parseUsage } from './parse-usage.ts';

/** Items that may stand empty for a long time: what is in them is content, not that they are there. */
const containers: ReadonlySet<JsonValue | undefined> = new Set(['message', 'reasoning']);

/** Gathers what events or a whole response say, of which most is common to both. */
export class ResponseFacts implements AnswerFacts {
  contentSeen = false;
  finishReason: string | undefined;
  usage: Usage | undefined;
  reportedCostNanoUsd: NanoUsd | undefined;
  contentBytes = 0;
  answeredModel: string | undefined;
  serviceTier: string | undefined;
  answerId: string | undefined;
  readonly answerItemIds: string[] = [];
  readonly #dialect: ResponsesDialect;

  constructor(dialect: ResponsesDialect) {
    this.#dialect = dialect;
  }

  /** The response as a lifecycle event or a whole answer has it. */
  readResponse(response: JsonObject): void {
    const { id, model, service_tier: serviceTier, usage } = response;
    if (typeof id === 'string' && id !== '') this.answerId = id;
    if (typeof model === 'string' && model !== '') this.answeredModel = model;
    // `auto` is what was asked for; the tier that served is told at the end.
    if (typeof serviceTier === 'string' && serviceTier !== 'auto') this.serviceTier = serviceTier;
    if (isJsonArray(response['output'])) for (const item of response['output']) this.#noteItem(item);
    if (!isJsonObject(usage)) return;
    this.usage = parseUsage(usage) ?? this.usage;
    this.reportedCostNanoUsd = this.#dialect.reportedCost(usage) ?? this.reportedCostNanoUsd;
  }

  /** The response that ended, whole or not. */
  readEnd(response: JsonObject): void {
    this.readResponse(response);
    this.finishReason = finishReasonOf(response);
  }

  /** An event other than those of the lifecycle. Obfuscation is no content. */
  readEvent(event: JsonObject): void {
    const { delta, item } = event;
    if (typeof delta === 'string') this.countContent(delta);
    else if (isJsonObject(item)) {
      this.#noteItem(item);
      this.contentSeen ||= !containers.has(item['type']) || hasContent(item);
    }
  }

  /** A finished item that came whole. */
  readItem(item: JsonObject): void {
    this.contentSeen ||= !containers.has(item['type']) || hasContent(item);
    for (const text of [item['arguments'], item['input']]) if (typeof text === 'string') this.countContent(text);
    for (const parts of [item['content'], item['summary']]) {
      if (!isJsonArray(parts)) continue;
      for (const part of parts.filter(isJsonObject)) {
        const text = part['text'] ?? part['refusal'];
        if (typeof text === 'string') this.countContent(text);
      }
    }
  }

  #noteItem(item: JsonValue): void {
    const id = isJsonObject(item) ? item['id'] : undefined;
    if (typeof id === 'string' && id !== '' && !this.answerItemIds.includes(id)) this.answerItemIds.push(id);
  }

  countContent(text: string): void {
    if (text === '') return;
    this.contentSeen = true;
    this.contentBytes += Buffer.byteLength(text);
  }
}

const hasContent = ({ content, summary }: JsonObject): boolean => isFilled(content) || isFilled(summary);
const isFilled = (parts: JsonValue | undefined): boolean => isJsonArray(parts) && parts.length > 0;
