import { isJsonObject, type JsonObject, type JsonValue, type NanoUsd, type Usage } from '@tollgate/core';
import type { AnswerFacts } from '../base/adapter.ts';
import { serviceTierOf, tallyUsage, usageOf, type UsageTally } from './parse-usage.ts';

/** What is known of an answer so far, gathered from a whole message or from its events. */
export class MessageFacts implements AnswerFacts {
  contentSeen = false;
  finishReason: string | undefined;
  /** Undefined until the output's count is told: the one in message_start is a placeholder that would undercharge. */
  usage: Usage | undefined;
  inputUsage: Usage | undefined;
  reportedCostNanoUsd: NanoUsd | undefined;
  contentBytes = 0;
  answeredModel: string | undefined;
  serviceTier: string | undefined;
  readonly #reportedCost: (usage: JsonObject) => NanoUsd | undefined;
  #tally: UsageTally = {};

  /** `reportedCost` reads what the usage says was charged, where a server of this protocol says that. */
  constructor(reportedCost: (usage: JsonObject) => NanoUsd | undefined = () => undefined) {
    this.#reportedCost = reportedCost;
  }

  /** The message itself, or the one in message_start. */
  readMessage(message: JsonObject): void {
    if (typeof message['model'] === 'string') this.answeredModel = message['model'];
    this.#readUsage(message['usage']);
    const reported = usageOf(this.#tally);
    this.inputUsage = reported === undefined ? undefined : { ...reported, output: 0, reasoning: 0 };
  }

  /** Usage that counts the output: a whole message's or message_delta's. */
  readFinalUsage(usage: JsonValue | undefined): void {
    this.#readUsage(usage);
    const isFinal = isJsonObject(usage) && typeof usage['output_tokens'] === 'number';
    if (isFinal) this.usage = usageOf(this.#tally);
  }

  /** Text, reasoning or arguments that were produced. */
  countContent(text: string): void {
    this.contentSeen = true;
    this.contentBytes += Buffer.byteLength(text);
  }

  #readUsage(usage: JsonValue | undefined): void {
    this.#tally = tallyUsage(this.#tally, usage);
    this.serviceTier = serviceTierOf(usage) ?? this.serviceTier;
    if (isJsonObject(usage)) this.reportedCostNanoUsd = this.#reportedCost(usage) ?? this.reportedCostNanoUsd;
  }
}
