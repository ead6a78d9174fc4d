import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';
import { objectsOf, textOf } from '../read-members.ts';
import { needsSignatures } from './model-traits.ts';
import { callOf, isSignature, partsOf, responseOf } from './parts.ts';

/** What is wrong with the conversation, in Google's words, or undefined. */
export function checkContents(model: string, { contents }: JsonObject): string | undefined {
  if (!isJsonArray(contents) || contents.length === 0) {
    return '* GenerateContentRequest.contents: contents is not specified\n';
  }
  const turns = objectsOf(contents);
  for (const [index, turn] of turns.entries()) {
    const problem = checkTurn(turn, index);
    if (problem !== undefined) return problem;
  }
  return checkCalls(turns) ?? (needsSignatures(model) ? checkSignatures(turns) : undefined);
}

const roles: readonly string[] = ['user', 'model', 'function'];

function checkTurn(turn: JsonObject, index: number): string | undefined {
  if (turn['role'] !== undefined && !roles.includes(textOf(turn['role'])))
    return 'Please use a valid role: user, model.';
  const parts = partsOf(turn);
  if (parts.length === 0)
    return `* GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.\n`;
  for (const [at, part] of parts.entries()) {
    const place = `contents[${index}].parts[${at}]`;
    const problem = checkPart(part, place);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const kinds: readonly string[] = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
];

function checkPart(part: JsonObject, place: string): string | undefined {
  if (!kinds.some((kind) => part[kind] !== undefined) && part['thoughtSignature'] === undefined) {
    return `* GenerateContentRequest.${place}.data: required oneof field 'data' must have one initialized field\n`;
  }
  const inline = part['inlineData'];
  if (isJsonObject(inline)) {
    if (textOf(inline['mimeType']) === '') return `Invalid value at '${place}.inline_data': mime_type is required`;
    const encoded = textOf(inline['data']);
    if (encoded === '' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(encoded)) {
      return `Invalid value at '${place}.inline_data.data' (TYPE_BYTES), Base64 decoding failed for "${encoded.slice(0, 20)}"`;
    }
  }
  return undefined;
}

/** The turn after function calls holds as many responses, and nothing else comes between. */
function checkCalls(turns: readonly JsonObject[]): string | undefined {
  for (const [index, turn] of turns.entries()) {
    const calls = partsOf(turn).filter((part) => callOf(part) !== undefined).length;
    const responses = partsOf(turn).filter((part) => responseOf(part) !== undefined).length;
    const before = partsOf(turns[index - 1]).filter((part) => callOf(part) !== undefined).length;
    if (responses > 0 && responses !== before) return unequal;
    if (calls > 0 && index === 0) {
      return 'Please ensure that function call turn comes immediately after a user turn or after a function response turn.';
    }
    const after = partsOf(turns[index + 1]).filter((part) => responseOf(part) !== undefined).length;
    if (calls > 0 && after !== calls) return unequal;
  }
  return undefined;
}

const unequal =
  'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';

/** In the turn that goes on, the first call of each step carries its signature. */
function checkSignatures(turns: readonly JsonObject[]): string | undefined {
  const start = turns.findLastIndex(
    (turn) => turn['role'] !== 'model' && partsOf(turn).every((part) => responseOf(part) === undefined),
  );
  for (const [index, turn] of turns.entries()) {
    const first = index > start ? partsOf(turn).find((part) => callOf(part) !== undefined) : undefined;
    if (first === undefined) continue;
    const name = textOf(callOf(first)?.['name']);
    if (first['thoughtSignature'] === undefined) {
      return `Function call \`default_api:${name}\` in the ${index + 1}. content block is missing a \`thought_signature\`.`;
    }
    if (!isSignature(first['thoughtSignature'])) return 'Thought signature is not valid';
  }
  return undefined;
}
