import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { attachmentPiece, textPiece } from '../../answer/count-tokens.ts';
import type { AnswerFormat, Ask, AskedTool, PromptPiece, ToolChoice } from '../../call/ask.ts';
import { numberOf, objectsOf, textOf, textsOf } from '../read-members.ts';
import { alwaysThinks, thinksUnasked } from './model-traits.ts';
import { callOf, isAttachment, partsOf, responseOf, textOfParts } from './parts.ts';

/** What a request to generate asks for. Reads leniently: what is wrong was refused before. */
export function readGenerateAsk(model: string, body: JsonObject, stream: boolean): Ask {
  const turns = objectsOf(body['contents']);
  const config = objectOf(body['generationConfig']);
  const lastSpoken = turns.findLast((turn) => turn['role'] !== 'model' && textOfParts(partsOf(turn)) !== '');
  const declared = objectsOf(body['tools']).flatMap((tool) => objectsOf(tool['functionDeclarations']));
  return {
    model,
    stream,
    includeUsage: true,
    includeObfuscation: false,
    logprobs: false,
    choices: numberOf(config['candidateCount']) ?? 1,
    outputCapTokens: numberOf(config['maxOutputTokens']),
    stopSequences: textsOf(config['stopSequences']),
    tools: allowed(declared.map(readTool), body),
    toolChoice: readToolChoice(body),
    parallelTools: true,
    answerFormat: readFormat(config),
    serviceTier: undefined,
    reasons: readThinking(model, objectOf(config['thinkingConfig'])),
    userText: textOfParts(partsOf(lastSpoken)),
    attachments: partsOf(lastSpoken).filter(isAttachment).length,
    toolResults: partsOf(turns.at(-1))
      .map(responseOf)
      .filter((response) => response !== undefined)
      .map((response) => JSON.stringify(response['response'] ?? {})),
    prompt: [
      ...declared.map((tool) => textPiece(JSON.stringify(tool))),
      ...partsOf(body['systemInstruction']).map(pieceOf),
      ...turns.flatMap((turn) => partsOf(turn).map(pieceOf)),
    ],
  };
}

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});

const readTool = (declared: JsonObject): AskedTool => ({
  name: textOf(declared['name']),
  schema: lowerTypes(objectOf(declared['parametersJsonSchema'] ?? declared['parameters'])),
});

/** Google writes the names of types in capitals. */
function lowerTypes(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => {
      if (name === 'type' && typeof value === 'string') return [name, value.toLowerCase()];
      if (name === 'properties' && isJsonObject(value)) {
        return [name, Object.fromEntries(Object.entries(value).map(([key, one]) => [key, lowerTypes(objectOf(one))]))];
      }
      return [name, isJsonObject(value) && name === 'items' ? lowerTypes(value) : value];
    }),
  );
}

const callingConfig = (body: JsonObject): JsonObject => objectOf(objectOf(body['toolConfig'])['functionCallingConfig']);

function allowed(tools: readonly AskedTool[], body: JsonObject): readonly AskedTool[] {
  const names = textsOf(callingConfig(body)['allowedFunctionNames']);
  return names.length === 0 ? tools : tools.filter(({ name }) => names.includes(name));
}

function readToolChoice(body: JsonObject): ToolChoice {
  const { mode } = callingConfig(body);
  if (mode === 'ANY') return { kind: 'required' };
  return { kind: mode === 'NONE' ? 'none' : 'auto' };
}

function readFormat(config: JsonObject): AnswerFormat {
  if (config['responseMimeType'] !== 'application/json') return { kind: 'text' };
  const schema = config['responseJsonSchema'] ?? config['responseSchema'];
  return isJsonObject(schema) ? { kind: 'schema', schema: lowerTypes(schema) } : { kind: 'json' };
}

function readThinking(model: string, thinking: JsonObject): boolean {
  if (alwaysThinks(model)) return true;
  const budget = numberOf(thinking['thinkingBudget']);
  if (budget !== undefined) return budget !== 0;
  return thinking['thinkingLevel'] === undefined ? thinksUnasked(model) : thinking['thinkingLevel'] !== 'MINIMAL';
}

function pieceOf(part: JsonObject): PromptPiece {
  if (isAttachment(part)) return attachmentPiece(JSON.stringify(part));
  const said = callOf(part) ?? responseOf(part);
  return textPiece(said === undefined ? textOf(part['text']) : JSON.stringify(said));
}
