import { isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  readArray,
  readObject,
  readOptionalArray,
  readOptionalBoolean,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import { replayThoughts, unknownSignature } from './reasoning-details.ts';
import { translateParts, translateText } from './translate-parts.ts';
import type { Part } from './wire.ts';
import { wireName } from './wire-names.ts';

/** A call of a function that waits for its result. */
export interface CalledFunction {
  readonly id: string;
  readonly name: string;
}

/** A message of the conversation, its content already in Google's parts, not yet arranged as turns. */
export type Entry =
  | { readonly role: 'system' | 'user'; readonly parts: readonly Part[] }
  | {
      readonly role: 'model';
      readonly parts: readonly Part[];
      readonly calls: readonly CalledFunction[];
      readonly param: string;
    }
  | {
      readonly role: 'tool';
      readonly callId: string;
      readonly parts: readonly Part[];
      readonly isError: boolean;
      readonly param: string;
    };

export interface ReadingOptions {
  /** Calls whose signature is not known say so. */
  readonly needsSignatures: boolean;
}

/** Reads `messages`. Throws GatewayError naming the member at fault. */
export const readMessages = (messages: JsonValue | undefined, options: ReadingOptions): readonly Entry[] =>
  readArray(messages, 'messages').map((value, index) => {
    const param = `messages[${index}]`;
    return readMessage(readObject(value, param), param, options);
  });

function readMessage(message: JsonObject, param: string, options: ReadingOptions): Entry {
  const role = readString(message['role'], `${param}.role`);
  const content = message['content'];
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', parts: translateText(content, `${param}.content`) };
    case 'user':
      return { role, parts: translateParts(content, `${param}.content`) };
    case 'assistant':
      return readAssistant(message, param, options);
    case 'tool':
      return {
        role,
        callId: readString(message['tool_call_id'], `${param}.tool_call_id`),
        parts: translateParts(content, `${param}.content`),
        isError: readOptionalBoolean(message['is_error'], `${param}.is_error`) ?? false,
        param,
      };
    case 'function':
      throw unsupportedField(`${param}.role`, 'is "function", which is no longer served: use `tools` and role "tool".');
    default:
      throw invalidField(`${param}.role`, 'has to be system, developer, user, assistant or tool.');
  }
}

function readAssistant(message: JsonObject, param: string, { needsSignatures }: ReadingOptions): Entry {
  for (const member of ['function_call', 'audio']) {
    if (isPresent(message[member])) throw unsupportedField(`${param}.${member}`, 'has no counterpart: leave it out.');
  }
  const refusal = readOptionalString(message['refusal'], `${param}.refusal`) ?? '';
  const said = [
    ...translateText(message['content'], `${param}.content`),
    ...translateText(refusal, `${param}.refusal`),
  ];
  const thoughts = replayThoughts(message);
  const calls = readCalls(message['tool_calls'], `${param}.tool_calls`);
  const thought = thoughts.signed.map(({ text, signature }): Part => ({
    text,
    thought: true,
    thoughtSignature: signature,
  }));
  return {
    role: 'model',
    parts: [...thought, ...signText(said, thoughts.ofText), ...signCalls(calls, thoughts.ofCalls, needsSignatures)],
    calls: calls.map(({ id, name }) => ({ id, name })),
    param,
  };
}

/** The last text carries it; where there is none, or it has one, a part of its own does. */
function signText(parts: readonly Part[], signatures: readonly string[]): readonly Part[] {
  const [first, ...others] = signatures;
  const last = parts.at(-1);
  if (first === undefined) return parts;
  if (last === undefined) return signatures.map((thoughtSignature) => ({ text: '', thoughtSignature }));
  const apart = others.map((thoughtSignature) => ({ text: '', thoughtSignature }));
  return [...parts.slice(0, -1), { ...last, thoughtSignature: first }, ...apart];
}

/** Each signature at its call; where clients gave the calls other ids, at the first that has none. */
function signCalls(
  calls: readonly Call[],
  signatures: readonly { readonly callId: string; readonly signature: string }[],
  needsSignatures: boolean,
): readonly Part[] {
  const signed = new Map<string, string>();
  for (const { callId, signature } of signatures) {
    const call = calls.find(({ id }) => id === callId) ?? calls.find(({ id }) => !signed.has(id));
    if (call !== undefined) signed.set(call.id, signature);
  }
  const [first] = calls;
  if (needsSignatures && first !== undefined && !signed.has(first.id)) signed.set(first.id, unknownSignature);
  return calls.map((functionCall) => {
    const thoughtSignature = signed.get(functionCall.id);
    return { functionCall, ...(thoughtSignature === undefined ? {} : { thoughtSignature }) };
  });
}

type Call = NonNullable<Part['functionCall']>;

function readCalls(value: JsonValue | undefined, param: string): readonly Call[] {
  const seen = new Set<string>();
  return readOptionalArray(value, param).map((item, index) => {
    const at = `${param}[${index}]`;
    const call = readObject(item, at);
    if ((call['type'] ?? 'function') !== 'function') {
      throw unsupportedField(`${at}.type`, 'has to be "function": other tools have no counterpart.');
    }
    const id = readString(call['id'], `${at}.id`);
    if (seen.has(id)) throw invalidField(`${at}.id`, 'stands twice in the message: ids of calls have to differ.');
    seen.add(id);
    const definition = readObject(call['function'], `${at}.function`);
    const name = wireName(readString(definition['name'], `${at}.function.name`));
    const args = parseArguments(readOptionalString(definition['arguments'], `${at}.function.arguments`) ?? '');
    return { id, name, args };
  });
}

/** A call that the output cap cut short is not JSON; it is kept as text, so that the conversation can go on. */
function parseArguments(text: string): JsonObject {
  const value = text.trim() === '' ? {} : tryParseJson(text);
  return isJsonObject(value) ? value : { raw_arguments: text };
}
