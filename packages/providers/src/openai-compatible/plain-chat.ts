import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { ChatForm } from '../base/translation.ts';
import { plainMessages } from './plain-messages.ts';

/** Which of the members that OpenAI itself refuses a server is known to take. */
export interface PlainChatOptions {
  readonly takesTopK: boolean;
  /** `reasoning_content` of earlier answers, which some models need while they call tools. */
  readonly takesReasoning: boolean;
  /** Whether the model knows the effort `none`; others refuse it. */
  knowsNoEffort(providerModel: string): boolean;
}

/**
 * A chat completion that was translated from another protocol, without the members that OpenRouter made common and
 * this server does not know: said by what the protocol itself has, or left out and named. Throws GatewayError for a
 * document by URL, which nobody would fetch.
 */
export function plainChat(
  body: JsonObject,
  options: PlainChatOptions & { readonly providerModel: string },
): Pick<ChatForm, 'body' | 'droppedFields'> {
  const { cache_control: automatic, reasoning, top_k: topK, tools, messages, ...rest } = body;
  const dropped = new Set<string>();
  if (automatic !== undefined) dropped.add('cache_control');
  if (topK !== undefined && !options.takesTopK) dropped.add('top_k');
  const said = {
    ...rest,
    messages: plainMessages(isJsonArray(messages) ? messages.filter(isJsonObject) : [], { dropped, ...options }),
    ...(isJsonArray(tools) ? { tools: tools.map((tool) => plainTool(tool, dropped)) } : {}),
    ...(topK !== undefined && options.takesTopK ? { top_k: topK } : {}),
    ...plainReasoning(reasoning, {
      capTokens: body['max_tokens'],
      dropped,
      knowsNone: options.knowsNoEffort(options.providerModel),
    }),
  };
  return { body: said, droppedFields: [...dropped] };
}

function plainTool(tool: JsonValue, dropped: Set<string>): JsonValue {
  if (!isJsonObject(tool) || tool['cache_control'] === undefined) return tool;
  dropped.add('cache_control');
  const { cache_control: _mark, ...rest } = tool;
  return rest;
}

/** Least shares of the cap that each effort stands for, where thinking was asked for by a budget. */
const effortByShare: readonly (readonly [leastShare: number, effort: string])[] = [
  [0.65, 'high'],
  [0.35, 'medium'],
  [0, 'low'],
];

/** The effort that a budget of thinking comes nearest to. */
export const effortOfBudget = (budgetTokens: number, capTokens: number): string =>
  effortByShare.find(([leastShare]) => budgetTokens / capTokens >= leastShare)?.[1] ?? 'low';

/** `reasoning_effort` is all that there is. */
function plainReasoning(
  reasoning: JsonValue | undefined,
  {
    capTokens,
    dropped,
    knowsNone,
  }: { readonly capTokens: JsonValue | undefined; readonly dropped: Set<string>; readonly knowsNone: boolean },
): JsonObject {
  if (!isJsonObject(reasoning)) return {};
  const { effort, max_tokens: budget, enabled, summary } = reasoning;
  if (summary !== undefined) dropped.add('reasoning.summary');
  if (typeof effort === 'string') return { reasoning_effort: effort };
  if (typeof budget === 'number' && typeof capTokens === 'number') {
    dropped.add('reasoning.max_tokens');
    return { reasoning_effort: effortOfBudget(budget, capTokens) };
  }
  if (enabled !== false) return {};
  if (knowsNone) return { reasoning_effort: 'none' };
  dropped.add('reasoning.enabled');
  return {};
}
