import type { JsonObject } from '@tollgate/core';
import { announceItem, finishItem, placeOf, type ItemPlace, type ItemStatus, type OutputItem } from './output-item.ts';

export interface CallOptions {
  readonly kind: 'function' | 'custom';
  readonly callId: string;
  readonly name: string;
}

const words = {
  function: { type: 'function_call', member: 'arguments', event: 'response.function_call_arguments' },
  custom: { type: 'custom_tool_call', member: 'input', event: 'response.custom_tool_call_input' },
} as const;

/** A call of one of the caller's tools. */
export class CallItem implements OutputItem {
  readonly outputIndex: number;
  readonly #place: ItemPlace;
  readonly #options: CallOptions;
  #input = '';

  constructor(place: ItemPlace, options: CallOptions) {
    this.outputIndex = place.outputIndex;
    this.#place = place;
    this.#options = options;
    announceItem(place, this.#json('in_progress'));
  }

  input(delta: string): void {
    if (delta === '') return;
    this.#input += delta;
    this.#place.emit(`${words[this.#options.kind].event}.delta`, { ...placeOf(this.#place), delta });
  }

  close(status: ItemStatus): JsonObject {
    const { kind } = this.#options;
    // A function without arguments is called with none, which many servers say as the empty text.
    if (kind === 'function' && status === 'completed' && this.#input === '') this.input('{}');
    const { event, member } = words[kind];
    this.#place.emit(`${event}.done`, { ...placeOf(this.#place), [member]: this.#input });
    return finishItem(this.#place, this.#json(status));
  }

  #json(status: string): JsonObject {
    const { kind, callId, name } = this.#options;
    const { type, member } = words[kind];
    return { id: this.#place.id, type, status, call_id: callId, name, [member]: this.#input };
  }
}
