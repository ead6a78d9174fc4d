import type { JsonObject, JsonValue } from '@tollgate/core';
import type { Origins } from '../base/caller-fields.ts';
import { invalidField } from '../base/read-fields.ts';
import { asContent } from './translate-content.ts';
import type { ReplayedReasoning } from './translate-reasoning-item.ts';

/** A call of a tool within an assistant's turn, and what came of it. */
interface Call {
  readonly param: string;
  readonly json: JsonObject;
  result: JsonObject | undefined;
}

/** Items of the assistant that follow each other are one message of a chat. */
interface AssistantTurn {
  readonly details: JsonObject[];
  readonly parts: JsonObject[];
  readonly calls: Map<string, Call>;
  reasoning: string;
  refusal: string;
}

/**
 * Makes chat messages of items. A result goes right behind the message with its call, wherever it stood,
 * since that is the only place where chat completions take it.
 */
export class Conversation {
  readonly #entries: (JsonObject | AssistantTurn)[] = [];
  readonly #turnOfCall = new Map<string, AssistantTurn>();
  #open: AssistantTurn | undefined;
  readonly origins: Origins;

  constructor(origins: Origins) {
    this.origins = origins;
  }

  /** `param` is where the caller has it. */
  message(message: JsonObject, param: string): void {
    this.#open = undefined;
    this.#entries.push(this.origins.note(message, param));
  }

  /** Where the next piece of reasoning stands among those of its message. */
  get nextDetail(): number {
    return this.#open?.details.length ?? 0;
  }

  reasoning({ details, text }: ReplayedReasoning): void {
    const turn = this.#assistant();
    turn.details.push(...details);
    turn.reasoning += text;
  }

  said(parts: readonly JsonObject[], refusal: string): void {
    const turn = this.#assistant();
    turn.parts.push(...parts);
    turn.refusal += refusal;
  }

  /** Throws GatewayError `invalid_field` for an id that stands twice. */
  call(id: string, json: JsonObject, param: string): void {
    const turn = this.#assistant();
    if (turn.calls.has(id)) throw invalidField(`${param}.call_id`, 'stands twice: ids of calls have to differ.');
    turn.calls.set(id, { param, json: this.origins.note(json, param), result: undefined });
    this.#turnOfCall.set(id, turn);
  }

  /** Throws GatewayError `invalid_field` where it answers no call, or one that was answered before. */
  result(id: string, content: JsonValue, param: string): void {
    this.#open = undefined;
    const call = this.#turnOfCall.get(id)?.calls.get(id);
    if (call === undefined) throw invalidField(`${param}.call_id`, 'answers no call that stands before it.');
    if (call.result !== undefined) throw invalidField(`${param}.call_id`, 'has been answered before.');
    call.result = this.origins.note({ role: 'tool', tool_call_id: id, content }, param);
  }

  /** Throws GatewayError `invalid_field` where a call has no result. */
  messages(): readonly JsonObject[] {
    return this.#entries.flatMap((entry) => (isTurn(entry) ? [...writeTurn(entry), ...resultsOf(entry)] : [entry]));
  }

  #assistant(): AssistantTurn {
    if (this.#open === undefined) {
      this.#open = { details: [], parts: [], calls: new Map(), reasoning: '', refusal: '' };
      this.#entries.push(this.#open);
    }
    return this.#open;
  }
}

const isTurn = (entry: JsonObject | AssistantTurn): entry is AssistantTurn => entry['calls'] instanceof Map;

/** A turn that is reasoning alone was cut short; there is no message without content. */
function writeTurn({ details, parts, calls, reasoning, refusal }: AssistantTurn): readonly JsonObject[] {
  if (parts.length === 0 && calls.size === 0 && refusal === '') return [];
  return [
    {
      role: 'assistant',
      content: parts.length === 0 ? null : asContent(parts),
      ...(refusal === '' ? {} : { refusal }),
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
      ...(details.length === 0 ? {} : { reasoning_details: details }),
      ...(calls.size === 0 ? {} : { tool_calls: [...calls.values()].map(({ json }) => json) }),
    },
  ];
}

const resultsOf = ({ calls }: AssistantTurn): readonly JsonObject[] =>
  [...calls.values()].map(({ param, result }) => {
    if (result === undefined)
      throw invalidField(`${param}.call_id`, 'is answered by no output: send one for each call.');
    return result;
  });
