import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { textPiece } from '../../answer/count-tokens.ts';
import type { AnswerFormat, Ask, AskedTool, ToolChoice } from '../../call/ask.ts';
import { readServiceTier } from '../chat/read-chat-ask.ts';
import { numberOf, objectsOf, textOf, textsOf } from '../read-members.ts';
import { contentText, isAttachment, isToolOutput, itemPieces, partsOf, typeOf } from './read-items.ts';

/** What a Responses request asks for, after `history`. Reads leniently: what is wrong was refused before. */
export function readResponsesAsk(body: JsonObject, items: readonly JsonObject[]): Ask {
  const tools = allowedTools(body);
  const lastUser = items.findLast((item) => typeOf(item) === 'message' && item['role'] === 'user');
  const streamOptions = isJsonObject(body['stream_options']) ? body['stream_options'] : {};
  const instructions = textOf(body['instructions']);
  const reasoning = isJsonObject(body['reasoning']) ? body['reasoning'] : {};
  const { effort } = reasoning;
  return {
    model: textOf(body['model']),
    stream: body['stream'] === true,
    includeUsage: true,
    includeObfuscation: streamOptions['include_obfuscation'] !== false,
    logprobs: textsOf(body['include']).includes('message.output_text.logprobs'),
    choices: 1,
    outputCapTokens: numberOf(body['max_output_tokens']),
    stopSequences: [],
    tools: tools.map(readTool),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelTools: body['parallel_tool_calls'] !== false,
    answerFormat: readFormat(body['text']),
    serviceTier: readServiceTier(body['service_tier']),
    reasons: typeof effort === 'string' && effort !== 'none' && effort !== 'minimal',
    userText: contentText(lastUser?.['content']),
    attachments: partsOf(lastUser?.['content']).filter(isAttachment).length,
    toolResults: trailingOutputs(items),
    prompt: [
      ...objectsOf(body['tools']).map((tool) => textPiece(JSON.stringify(tool))),
      ...(instructions === '' ? [] : [textPiece(instructions)]),
      ...items.flatMap(itemPieces),
    ],
  };
}

/** Tools that the simulator can call: the caller's own, not the provider's. */
function allowedTools(body: JsonObject): readonly JsonObject[] {
  const tools = objectsOf(body['tools']).filter(({ type }) => type === 'function' || type === 'custom');
  const choice = body['tool_choice'];
  if (!isJsonObject(choice) || choice['type'] !== 'allowed_tools') return tools;
  const names = objectsOf(choice['tools']).map(({ name }) => name);
  return tools.filter(({ name }) => names.includes(name));
}

const readTool = (tool: JsonObject): AskedTool => ({
  name: textOf(tool['name']),
  schema: isJsonObject(tool['parameters']) ? tool['parameters'] : {},
});

function readToolChoice(choice: JsonValue | undefined): ToolChoice {
  if (choice === 'none' || choice === 'required') return { kind: choice };
  if (!isJsonObject(choice)) return { kind: 'auto' };
  if (choice['type'] === 'allowed_tools') return { kind: choice['mode'] === 'required' ? 'required' : 'auto' };
  return typeof choice['name'] === 'string' ? { kind: 'named', name: choice['name'] } : { kind: 'auto' };
}

function readFormat(text: JsonValue | undefined): AnswerFormat {
  const format = isJsonObject(text) ? text['format'] : undefined;
  if (!isJsonObject(format)) return { kind: 'text' };
  if (format['type'] === 'json_schema' && isJsonObject(format['schema'])) {
    return { kind: 'schema', schema: format['schema'] };
  }
  return { kind: format['type'] === 'json_object' ? 'json' : 'text' };
}

function trailingOutputs(items: readonly JsonObject[]): readonly string[] {
  const lastOther = items.findLastIndex((item) => !isToolOutput(item));
  return items.slice(lastOther + 1).map((item) => contentText(item['output']));
}
