import { isJsonArray, isJsonObject, type JsonObject, type ProviderRequest } from '@tollgate/core';
import { hasRefused } from '../chat-over-responses/request-fields.ts';
import { smallestCap } from '../chat-over-responses/translate-settings.ts';
import { openaiFormat } from '../openai-responses/reasoning-format.ts';

/** Served by the Responses API alone: -pro, codex and deep research (OpenAI's pages of models). */
const responsesOnly = /^(?:ft:)?(?:gpt-(?:[5-9]|[1-9]\d).*-(?:pro|codex)|o\d-pro|codex-|o\d.*-deep-research)/;

/** o1, o3, gpt-5, gpt-6-… and fine-tunes of them. */
const reasoningModel = /^(?:ft:)?(?:o\d|gpt-(?:[5-9]|[1-9]\d))/;

export const isReasoningModel = (providerModel: string): boolean => reasoningModel.test(providerModel);

/** Families by number: `gpt-5.4-mini` is [5, 4], `gpt-6-astra` is [6, 0]. */
const family = /^(?:ft:)?gpt-(\d+)(?:\.(\d+))?/;

/** From here on tools with reasoning are refused in chat completions, and from the second on reasoning is the default. */
const refusesReasonedTools = [5, 4] as const;
const reasonsByDefault = [5, 6] as const;

/**
 * Whether a chat completion has to be asked for by the Responses API: OpenAI refuses function tools with
 * reasoning in chat completions from gpt-5.4 on ("To use function tools, use /v1/responses"). It also
 * goes there to take its encrypted reasoning back, for a message whose thinking is asked for, of which chat
 * completions give nothing, and for tools that answered with more than text, where nothing else of the request
 * stands against it.
 */
export function needsResponses(request: ProviderRequest): boolean {
  const { call, target } = request;
  const { outline: body } = call.body;
  const { providerModel } = target;
  if (responsesOnly.test(providerModel)) return true;
  if (hasTools(body) && reasonsWithTools(providerModel, body)) return true;
  return (holdsResponsesContent(body) || wantsThinking(request)) && !hasRefused(body);
}

/** Smaller caps than the Responses API takes stay with chat completions. */
const wantsThinking = ({ call, target, outputCapTokens }: ProviderRequest): boolean =>
  call.endpoint === 'messages' &&
  isReasoningModel(target.providerModel) &&
  !isForChat(target.providerModel) &&
  (effortOf(call.body.outline) ?? 'none') !== 'none' &&
  (outputCapTokens ?? Infinity) >= smallestCap;

/** Models named for chat do not reason. */
const isForChat = (model: string): boolean => model.includes('-chat');

const hasTools = ({ tools }: JsonObject): boolean => isJsonArray(tools) && tools.length > 0;

function reasonsWithTools(model: string, body: JsonObject): boolean {
  if (!isFrom(model, refusesReasonedTools) || isForChat(model)) return false;
  const effort = effortOf(body);
  return effort === undefined ? isFrom(model, reasonsByDefault) : effort !== 'none';
}

function effortOf({ reasoning_effort: effort, reasoning }: JsonObject): string | undefined {
  if (typeof effort === 'string') return effort;
  if (!isJsonObject(reasoning)) return undefined;
  if (reasoning['enabled'] === false) return 'none';
  if (typeof reasoning['effort'] === 'string') return reasoning['effort'];
  // A budget, or reasoning that is merely turned on, is some effort.
  return typeof reasoning['max_tokens'] === 'number' || reasoning['enabled'] === true ? 'medium' : undefined;
}

function isFrom(model: string, [major, minor]: readonly [number, number]): boolean {
  const match = family.exec(model);
  if (match === null) return false;
  const own = Number(match[1]);
  return own > major || (own === major && Number(match[2] ?? 0) >= minor);
}

const holdsResponsesContent = ({ messages }: JsonObject): boolean =>
  isJsonArray(messages) &&
  messages.some((message) => isJsonObject(message) && (holdsReasoning(message) || isRichResult(message)));

const holdsReasoning = ({ reasoning_details: details }: JsonObject): boolean =>
  isJsonArray(details) && details.some((detail) => isJsonObject(detail) && detail['format'] === openaiFormat);

const isRichResult = ({ role, content }: JsonObject): boolean =>
  role === 'tool' && isJsonArray(content) && content.some((part) => isJsonObject(part) && part['type'] !== 'text');
