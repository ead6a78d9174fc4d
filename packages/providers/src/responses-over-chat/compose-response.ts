import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { AnswerContext } from '../base/translation.ts';
import { plainDialect } from '../openai-compatible/adapter.ts';
import { ChatFacts } from '../openai-compatible/chat-facts.ts';
import { OutputComposer } from './compose-output.ts';
import type { Emit } from './event-log.ts';
import { createIds, frameResponse } from './response-frame.ts';
import { responseUsage } from './response-usage.ts';

/** Makes one response of chat chunks, or of a whole completion, and tells of each change. */
export class ResponseComposer {
  readonly #emit: Emit;
  readonly #frame: JsonObject;
  readonly #requestedModel: string;
  readonly #requestedTier: JsonValue;
  readonly #output: OutputComposer;
  readonly #facts = new ChatFacts(plainDialect);
  #usage: JsonObject | null = null;
  #isOpen = false;

  constructor(context: AnswerContext, emit: Emit) {
    const ids = createIds(context.requestId);
    this.#emit = emit;
    this.#frame = frameResponse(context, ids);
    this.#requestedModel = context.call.model;
    this.#requestedTier = context.call.serviceTier ?? 'auto';
    this.#output = new OutputComposer({ emit, ids, saysSummary: asksForSummary(context.call.body.value['reasoning']) });
  }

  /** A `chat.completion.chunk` or `chat.completion`; of several choices, the first is the answer. */
  add(chunk: JsonObject): void {
    this.#facts.readFrame(chunk);
    this.#usage = responseUsage(chunk['usage']) ?? this.#usage;
    this.open();
    for (const choice of isJsonArray(chunk['choices']) ? chunk['choices'] : []) {
      if (!isJsonObject(choice) || (choice['index'] ?? 0) !== 0) continue;
      this.#facts.readChoice(choice);
      const piece = choice['delta'] ?? choice['message'];
      if (isJsonObject(piece)) this.#output.add(piece, choice['logprobs']);
    }
  }

  /** Tells that the response has begun, once. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    for (const event of ['response.created', 'response.in_progress']) {
      this.#emit(event, { response: this.#response({ status: 'in_progress', output: [], usage: null }) });
    }
  }

  /** Ends the response: closes what is open, and tells how it ended. */
  finish(): JsonObject {
    this.open();
    const outcome = outcomeOf(this.#facts.finishReason);
    const output = this.#output.finish(outcome.status === 'completed' ? 'completed' : 'incomplete');
    const response = this.#response({ ...outcome, output, usage: this.#usage });
    this.#emit(`response.${outcome.status}`, { response });
    return response;
  }

  #response(members: JsonObject): JsonObject {
    return {
      ...this.#frame,
      model: this.#facts.answeredModel ?? this.#requestedModel,
      service_tier: this.#facts.serviceTier ?? this.#requestedTier,
      error: null,
      incomplete_details: null,
      ...members,
    };
  }
}

interface Outcome {
  readonly [member: string]: JsonValue;
  readonly status: 'completed' | 'incomplete' | 'failed';
}

/** A reason that is missing or not known ends well: the stream itself was whole. */
function outcomeOf(finishReason: string | undefined): Outcome {
  switch (finishReason) {
    case 'length':
      return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    case 'content_filter':
      return { status: 'incomplete', incomplete_details: { reason: finishReason } };
    case 'error':
      return { status: 'failed', error: { code: 'server_error', message: 'The provider failed while answering.' } };
    default:
      return { status: 'completed' };
  }
}

const asksForSummary = (reasoning: JsonValue | undefined): boolean =>
  isJsonObject(reasoning) && Boolean(reasoning['summary'] ?? reasoning['generate_summary']);
