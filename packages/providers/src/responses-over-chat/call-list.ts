import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { CallItem, type CallOptions } from './call-item.ts';
import type { ItemPlace, OutputItem } from './output-item.ts';

export interface CallListOptions {
  /** Takes the next place of the output. */
  open(kind: CallOptions['kind']): ItemPlace;
  /** An id for a call whose server gave none. */
  mintId(position: number): string;
}

interface Call {
  readonly id: string;
  readonly kind: CallOptions['kind'];
  item: CallItem | undefined;
  /** What came before the name. */
  held: string;
}

/** The calls of one answer, whose pieces are told apart by their index. */
export class CallList {
  readonly #options: CallListOptions;
  readonly #calls: Call[] = [];
  readonly #byIndex = new Map<JsonValue, Call>();

  constructor(options: CallListOptions) {
    this.#options = options;
  }

  /** A piece of a call, or a whole one; whole answers have no index but their position. */
  add(piece: JsonObject, position: number): void {
    const called = piece['function'] ?? piece['custom'];
    const definition = isJsonObject(called) ? called : {};
    const call = this.#callOf(piece, piece['index'] ?? position);
    const name = textOf(definition['name']);
    if (call.item === undefined && name !== '') this.#open(call, name);
    const input = inputOf(definition['arguments'] ?? definition['input']);
    if (call.item === undefined) call.held += input;
    else call.item.input(input);
  }

  /** All calls, to be closed. One that never got a name is told all the same, so that nothing is lost. */
  closable(): readonly OutputItem[] {
    return this.#calls.map((call) => call.item ?? this.#open(call, ''));
  }

  /** Some servers count no further than zero: another id is another call. */
  #callOf(piece: JsonObject, index: JsonValue): Call {
    const id = textOf(piece['id']);
    const known = this.#byIndex.get(index);
    if (known !== undefined && (id === '' || id === known.id)) return known;
    const kind = isJsonObject(piece['custom']) ? 'custom' : 'function';
    const call: Call = {
      id: id === '' ? this.#options.mintId(this.#calls.length) : id,
      kind,
      item: undefined,
      held: '',
    };
    this.#calls.push(call);
    this.#byIndex.set(index, call);
    return call;
  }

  #open(call: Call, name: string): CallItem {
    const item = new CallItem(this.#options.open(call.kind), { kind: call.kind, callId: call.id, name });
    item.input(call.held);
    call.item = item;
    return item;
  }
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** Some servers send the arguments as the object that they are. */
const inputOf = (value: JsonValue | undefined): string => (isJsonObject(value) ? JSON.stringify(value) : textOf(value));
