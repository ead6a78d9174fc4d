import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { attachmentPiece, textPiece } from '../../answer/count-tokens.ts';
import type { AnswerFormat, Ask, PromptPiece, ToolChoice } from '../../call/ask.ts';
import { numberOf, objectsOf, textOf, textsOf } from '../read-members.ts';
import { alwaysThinks } from './model-traits.ts';
import { thinkingText } from './thinking-blocks.ts';

/** What a Messages request asks for. Reads leniently: what is wrong was refused before. */
export function readMessagesAsk(body: JsonObject): Ask {
  const messages = objectsOf(body['messages']);
  const tools = objectsOf(body['tools']);
  const lastBlocks = blocksOf(messages.at(-1)?.['content']);
  const lastUser = blocksOf(messages.findLast((message) => isSpoken(message))?.['content']);
  const prompt = [
    ...tools.map((tool) => textPiece(JSON.stringify(tool), cacheMark(tool))),
    ...blocksOf(body['system']).flatMap(readPieces),
    ...messages.flatMap((message) => blocksOf(message['content']).flatMap(readPieces)),
  ];
  return {
    model: textOf(body['model']),
    stream: body['stream'] === true,
    includeUsage: true,
    includeObfuscation: false,
    logprobs: false,
    choices: 1,
    outputCapTokens: numberOf(body['max_tokens']),
    stopSequences: textsOf(body['stop_sequences']),
    tools: tools.map((tool) => ({
      name: textOf(tool['name']),
      schema: isJsonObject(tool['input_schema']) ? tool['input_schema'] : {},
    })),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelTools: !(isJsonObject(body['tool_choice']) && body['tool_choice']['disable_parallel_tool_use'] === true),
    answerFormat: readFormat(body['output_config']),
    serviceTier: undefined,
    reasons: isJsonObject(body['thinking'])
      ? body['thinking']['type'] !== 'disabled'
      : alwaysThinks(textOf(body['model'])),
    userText: lastUser
      .filter((block) => block['type'] === 'text')
      .map((block) => textOf(block['text']))
      .join('\n'),
    attachments: lastUser.filter(isAttachment).length,
    toolResults: lastBlocks.filter((block) => block['type'] === 'tool_result').map(resultText),
    prompt: isJsonObject(body['cache_control']) ? markEnd(prompt, cacheMark(body)) : prompt,
  };
}

/** A user message that holds more than tool results. */
const isSpoken = (message: JsonObject): boolean =>
  message['role'] === 'user' && blocksOf(message['content']).some((block) => block['type'] !== 'tool_result');

function readToolChoice(choice: JsonValue | undefined): ToolChoice {
  const type = isJsonObject(choice) ? choice['type'] : undefined;
  if (isJsonObject(choice) && type === 'tool') return { kind: 'named', name: textOf(choice['name']) };
  if (type === 'any') return { kind: 'required' };
  return { kind: type === 'none' ? 'none' : 'auto' };
}

function readFormat(config: JsonValue | undefined): AnswerFormat {
  const format = isJsonObject(config) ? config['format'] : undefined;
  const schema = isJsonObject(format) ? format['schema'] : undefined;
  return isJsonObject(schema) ? { kind: 'schema', schema } : { kind: 'text' };
}

/** A string is short for one text block. */
export const blocksOf = (content: JsonValue | undefined): readonly JsonObject[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : objectsOf(content);

const attachmentTypes: readonly (JsonValue | undefined)[] = ['image', 'document'];
const isAttachment = (block: JsonObject): boolean => attachmentTypes.includes(block['type']);

/** A tool's result is as many pieces as it has attachments, and its text. */
function readPieces(block: JsonObject): readonly PromptPiece[] {
  const mark = cacheMark(block);
  if (isAttachment(block)) return [attachmentPiece(JSON.stringify(block), mark)];
  const attached = block['type'] === 'tool_result' ? blocksOf(block['content']).filter(isAttachment) : [];
  return [...attached.map((one) => attachmentPiece(JSON.stringify(one))), textPiece(blockText(block), mark)];
}

function resultText(block: JsonObject): string {
  const attached = blocksOf(block['content']).filter(isAttachment).length;
  return `${blockText(block)}${attached === 0 ? '' : ` (with ${attached} attached)`}`;
}

function blockText(block: JsonObject): string {
  switch (block['type']) {
    case 'text':
      return textOf(block['text']);
    case 'tool_use':
      return `${textOf(block['name'])} ${JSON.stringify(block['input'] ?? {})}`;
    case 'tool_result':
      return blocksOf(block['content'])
        .map(blockText)
        .filter((text) => text !== '')
        .join('\n');
    case 'thinking':
    case 'redacted_thinking':
      return thinkingText(block);
    default:
      return '';
  }
}

function cacheMark(marked: JsonObject): PromptPiece['cacheFor'] {
  const control = marked['cache_control'];
  if (!isJsonObject(control)) return undefined;
  return control['ttl'] === '1h' ? '1h' : '5m';
}

const markEnd = (prompt: readonly PromptPiece[], mark: PromptPiece['cacheFor']): readonly PromptPiece[] =>
  prompt.map((piece, index) => (index === prompt.length - 1 ? { ...piece, cacheFor: piece.cacheFor ?? mark } : piece));
