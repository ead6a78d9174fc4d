import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { checkRanges, type Range } from './check-ranges.ts';
import { invalid, invalidValue, missing, tooShort, wrongType, type ChatProblem } from './problems.ts';
import { objectsOf, textOf } from '../read-members.ts';

const roles: readonly string[] = ['developer', 'system', 'user', 'assistant', 'tool', 'function'];

/** The first thing that every server of this format refuses, or undefined. */
export function checkChatRequest(body: JsonObject): ChatProblem | undefined {
  const { messages } = body;
  if (messages === undefined) return missing('messages');
  if (!isJsonArray(messages)) return wrongType('messages', 'an array of objects', messages);
  if (messages.length === 0) return tooShort('messages');
  return checkMessages(messages) ?? checkToolPairs(messages.filter(isJsonObject)) ?? checkSettings(body);
}

function checkMessages(messages: readonly JsonValue[]): ChatProblem | undefined {
  for (const [index, message] of messages.entries()) {
    const at = `messages[${index}]`;
    if (!isJsonObject(message)) return wrongType(at, 'an object', message);
    const { role, content } = message;
    if (role === undefined) return missing(`${at}.role`);
    if (typeof role !== 'string' || !roles.includes(role)) return invalidValue(`${at}.role`, role, roles);
    if (content === undefined && role !== 'assistant') return missing(`${at}.content`);
    if (content === null && role !== 'assistant') return wrongType(`${at}.content`, 'a string or an array', content);
    if (content !== undefined && content !== null && typeof content !== 'string' && !isJsonArray(content)) {
      return wrongType(`${at}.content`, 'a string or an array', content);
    }
    const call = objectsOf(message['tool_calls']).findIndex((one) => !hasTextArguments(one));
    if (call !== -1) return wrongType(`${at}.tool_calls[${call}].function.arguments`, 'a string', null);
  }
  return undefined;
}

const hasTextArguments = (call: JsonObject): boolean =>
  !isJsonObject(call['function']) || typeof call['function']['arguments'] === 'string';

/** Each tool call is answered right after the message that made it, and nothing else is answered there. */
function checkToolPairs(messages: readonly JsonObject[]): ChatProblem | undefined {
  let open: readonly string[] = [];
  for (const [index, message] of messages.entries()) {
    if (message['role'] === 'tool') {
      const id = textOf(message['tool_call_id']);
      if (!open.includes(id)) return orphanResult(index);
      open = open.filter((one) => one !== id);
    } else {
      if (open.length > 0) return unanswered(open, index);
      open = objectsOf(message['tool_calls']).map((call) => textOf(call['id']));
    }
  }
  return open.length > 0 ? unanswered(open, messages.length) : undefined;
}

const orphanResult = (index: number): ChatProblem =>
  invalid(
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    `messages.[${index}].role`,
  );

const unanswered = (ids: readonly string[], index: number): ChatProblem =>
  invalid(
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
      `The following tool_call_ids did not have response messages: ${ids.join(', ')}`,
    `messages.[${index}].role`,
  );

const ranges: readonly Range[] = [
  { name: 'max_tokens', least: 1, most: 2 ** 31, whole: true },
  { name: 'max_completion_tokens', least: 1, most: 2 ** 31, whole: true },
  { name: 'n', least: 1, most: 128, whole: true },
  { name: 'temperature', least: 0, most: 2 },
  { name: 'top_p', least: 0, most: 1 },
  { name: 'presence_penalty', least: -2, most: 2 },
  { name: 'frequency_penalty', least: -2, most: 2 },
];

function checkSettings(body: JsonObject): ChatProblem | undefined {
  if (body['stream_options'] !== undefined && body['stream_options'] !== null && body['stream'] !== true) {
    return invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  }
  if (body['tools'] !== undefined && objectsOf(body['tools']).length === 0) return tooShort('tools');
  if (body['tool_choice'] !== undefined && body['tools'] === undefined) {
    return invalid("'tool_choice' is only allowed when 'tools' are specified.", 'tool_choice');
  }
  return checkRanges(ranges, body);
}
