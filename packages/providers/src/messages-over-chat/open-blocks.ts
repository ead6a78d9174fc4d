import { tryParseJson, type JsonObject } from '@tollgate/core';

/** A content block that is being written: what it starts with and what is to be said of it yet. */
export interface OpenBlock {
  /** `content_block` of its start; undefined until there is something to start with. */
  readonly start: JsonObject | undefined;
  /** Deltas that were not written yet, in order. */
  readonly unwritten: JsonObject[];
  /** Whether it has ended as soon as another block follows. */
  readonly isComplete: boolean;
  /** Deltas that can only be said at its end. */
  readonly last: readonly JsonObject[];
}

export class TextBlock implements OpenBlock {
  readonly unwritten: JsonObject[] = [];
  readonly isComplete = true;
  readonly last = [];
  /** Which of the answer's texts it is, where the server says that. */
  readonly ordinal: number | undefined;
  #isBlank = true;

  constructor(ordinal: number | undefined) {
    this.ordinal = ordinal;
  }

  /** Anthropic has no texts of white space alone, and refuses one that is sent back; models begin calls with a line break. */
  get start(): JsonObject | undefined {
    return this.#isBlank ? undefined : { type: 'text', text: '' };
  }

  say(text: string): void {
    if (text.trim() !== '') this.#isBlank = false;
    this.unwritten.push({ type: 'text_delta', text });
  }

  cite(citation: JsonObject): void {
    this.unwritten.push({ type: 'citations_delta', citation });
  }
}

export class ThinkingBlock implements OpenBlock {
  readonly start = { type: 'thinking', thinking: '', signature: '' };
  readonly unwritten: JsonObject[] = [];
  readonly isComplete = true;
  /** Pieces with the same one are of the same block. */
  readonly key: string;
  readonly #seal: (signature: string) => string;
  #signature = '';

  /** `seal` makes of what the provider signed, possibly nothing, what the caller is shown. */
  constructor(key: string, seal: (signature: string) => string) {
    this.key = key;
    this.#seal = seal;
  }

  say(thinking: string): void {
    if (thinking !== '') this.unwritten.push({ type: 'thinking_delta', thinking });
  }

  sign(signature: string): void {
    this.#signature += signature;
  }

  get last(): readonly JsonObject[] {
    return [{ type: 'signature_delta', signature: this.#seal(this.#signature) }];
  }
}

/** Thinking that only the provider can read comes whole. */
export class RedactedBlock implements OpenBlock {
  readonly start: JsonObject;
  readonly unwritten: JsonObject[] = [];
  readonly isComplete = true;
  readonly last = [];

  constructor(data: string) {
    this.start = { type: 'redacted_thinking', data };
  }
}

export class ToolBlock implements OpenBlock {
  readonly unwritten: JsonObject[] = [];
  readonly last = [];
  /** As the provider gave it. */
  readonly givenId: string;
  readonly #shownId: string;
  #name = '';
  #input = '';

  constructor(id: { readonly given: string; readonly shown: string }) {
    this.givenId = id.given;
    this.#shownId = id.shown;
  }

  name(text: string): void {
    if (this.#name === '') this.#name = text;
  }

  say(partialJson: string): void {
    if (partialJson === '') return;
    this.#input += partialJson;
    this.unwritten.push({ type: 'input_json_delta', partial_json: partialJson });
  }

  /** Some servers send the name behind the call's first piece. */
  get start(): JsonObject | undefined {
    if (this.#name === '') return undefined;
    return { type: 'tool_use', id: this.#shownId, name: this.#name, input: {} };
  }

  /** Pieces of calls may come in turns; a call is over once its arguments are. */
  get isComplete(): boolean {
    return this.#input.trimEnd().endsWith('}') && tryParseJson(this.#input) !== undefined;
  }
}
