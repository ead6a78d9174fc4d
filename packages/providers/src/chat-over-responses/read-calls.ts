import type { JsonObject, JsonValue } from '@tollgate/core';
import type { ChatDelta } from './chat-delta.ts';

interface Call {
  readonly ordinal: number;
  readonly member: 'function' | 'custom';
  hasInput: boolean;
}

/** Calls of the caller's tools. Their place among the calls counts, not their place in the output. */
export class CallReader {
  readonly #calls = new Map<JsonValue | undefined, Call>();

  get count(): number {
    return this.#calls.size;
  }

  /** An item that has begun, if it is a call. `call_id` is what results name; the item's own id is of no use. */
  start(outputIndex: JsonValue | undefined, item: JsonObject): readonly ChatDelta[] {
    const member = memberOf(item);
    if (member === undefined || this.#calls.has(outputIndex)) return [];
    const call: Call = { ordinal: this.#calls.size, member, hasInput: false };
    this.#calls.set(outputIndex, call);
    const [id, name] = [textOf(item['call_id']), textOf(item['name'])];
    const input = member === 'function' ? { name, arguments: '' } : { name, input: '' };
    return [{ delta: { tool_calls: [{ index: call.ordinal, id, type: member, [member]: input }] } }];
  }

  input(outputIndex: JsonValue | undefined, piece: string): readonly ChatDelta[] {
    const call = this.#calls.get(outputIndex);
    if (call === undefined || piece === '') return [];
    call.hasInput = true;
    const input = call.member === 'function' ? { arguments: piece } : { input: piece };
    return [{ delta: { tool_calls: [{ index: call.ordinal, [call.member]: input }] } }];
  }

  /** A finished item: what of it was not streamed before. */
  finish(outputIndex: JsonValue | undefined, item: JsonObject): readonly ChatDelta[] {
    const started = this.start(outputIndex, item);
    const isStreamed = this.#calls.get(outputIndex)?.hasInput ?? true;
    return isStreamed ? started : [...started, ...this.input(outputIndex, textOf(item['arguments'] ?? item['input']))];
  }
}

/** Undefined for tools that the provider runs itself. */
function memberOf({ type }: JsonObject): Call['member'] | undefined {
  if (type === 'function_call') return 'function';
  return type === 'custom_tool_call' ? 'custom' : undefined;
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
