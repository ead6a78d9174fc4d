import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { attachmentPiece, textPiece } from '../../answer/count-tokens.ts';
import type { AnswerFormat, Ask, AskedTool, PromptPiece, ToolChoice } from '../../call/ask.ts';
import { numberOf, objectsOf, textOf, textsOf } from '../read-members.ts';

/** What a chat-completions request asks for. Reads leniently: what is wrong was refused before. */
export function readChatAsk(body: JsonObject): Ask {
  const messages = objectsOf(body['messages']);
  const tools = objectsOf(body['tools'])
    .map((tool) => tool['function'])
    .filter(isJsonObject);
  const lastUser = messages.findLast((message) => message['role'] === 'user');
  const streamOptions = isJsonObject(body['stream_options']) ? body['stream_options'] : {};
  const effort = body['reasoning_effort'];
  return {
    model: textOf(body['model']),
    stream: body['stream'] === true,
    includeUsage: streamOptions['include_usage'] === true,
    includeObfuscation: streamOptions['include_obfuscation'] !== false,
    logprobs: body['logprobs'] === true,
    choices: numberOf(body['n']) ?? 1,
    outputCapTokens: numberOf(body['max_completion_tokens']) ?? numberOf(body['max_tokens']),
    stopSequences: typeof body['stop'] === 'string' ? [body['stop']] : textsOf(body['stop']),
    tools: tools.map(readTool),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelTools: body['parallel_tool_calls'] !== false,
    answerFormat: readFormat(body['response_format']),
    serviceTier: readServiceTier(body['service_tier']),
    reasons: typeof effort === 'string' && effort !== 'none' && effort !== 'minimal',
    userText: lastUser === undefined ? '' : contentText(lastUser['content']),
    attachments: lastUser === undefined ? 0 : partsOf(lastUser['content']).filter(isAttachment).length,
    toolResults: trailingToolResults(messages),
    prompt: [...tools.map((tool) => textPiece(JSON.stringify(tool))), ...messages.flatMap(readPieces)],
  };
}

/** `auto` and what is no tier are answered at the standard one; `fast` is answered as `priority`. */
export function readServiceTier(tier: JsonValue | undefined): string | undefined {
  if (tier === 'fast') return 'priority';
  return tier === 'flex' || tier === 'priority' ? tier : undefined;
}

const readTool = (tool: JsonObject): AskedTool => ({
  name: textOf(tool['name']),
  schema: isJsonObject(tool['parameters']) ? tool['parameters'] : {},
});

function readToolChoice(choice: JsonValue | undefined): ToolChoice {
  if (choice === 'none' || choice === 'required') return { kind: choice };
  const named = isJsonObject(choice) && isJsonObject(choice['function']) ? choice['function']['name'] : undefined;
  return typeof named === 'string' ? { kind: 'named', name: named } : { kind: 'auto' };
}

function readFormat(format: JsonValue | undefined): AnswerFormat {
  if (!isJsonObject(format)) return { kind: 'text' };
  const described = format['json_schema'];
  if (format['type'] === 'json_schema' && isJsonObject(described) && isJsonObject(described['schema'])) {
    return { kind: 'schema', schema: described['schema'] };
  }
  return { kind: format['type'] === 'json_object' ? 'json' : 'text' };
}

function trailingToolResults(messages: readonly JsonObject[]): readonly string[] {
  const lastOther = messages.findLastIndex((message) => message['role'] !== 'tool');
  return messages.slice(lastOther + 1).map((message) => contentText(message['content']));
}

function readPieces(message: JsonObject): readonly PromptPiece[] {
  const content = typeof message['content'] === 'string' ? [textPiece(message['content'])] : [];
  const parts = partsOf(message['content']).map((part) =>
    isAttachment(part)
      ? attachmentPiece(JSON.stringify(part), cacheMark(part))
      : textPiece(textOf(part['text']), cacheMark(part)),
  );
  const calls = objectsOf(message['tool_calls']).map((call) => textPiece(JSON.stringify(call['function'] ?? {})));
  return [...content, ...parts, ...calls];
}

/** OpenRouter takes Anthropic's cache marks on parts. */
function cacheMark(part: JsonObject): PromptPiece['cacheFor'] {
  const control = part['cache_control'];
  if (!isJsonObject(control)) return undefined;
  return control['ttl'] === '1h' ? '1h' : '5m';
}

const isAttachment = (part: JsonObject): boolean => part['type'] !== 'text' && part['type'] !== 'refusal';
const partsOf = (content: JsonValue | undefined): readonly JsonObject[] => objectsOf(content);
const contentText = (content: JsonValue | undefined): string =>
  typeof content === 'string'
    ? content
    : partsOf(content)
        .map((part) => textOf(part['text']))
        .join('\n');
