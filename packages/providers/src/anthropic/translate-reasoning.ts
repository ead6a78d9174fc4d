import type { JsonObject } from '@tollgate/core';
import type { ModelCapabilities } from './model-capabilities.ts';
import {
  invalidField,
  isPresent,
  readOptionalBoolean,
  readOptionalInteger,
  readOptionalObject,
} from '../base/read-fields.ts';
import type { Effort, Thinking, Turn } from './wire.ts';

/** How the model is asked to think. Nothing at all is Anthropic's own default for it. */
export interface ReasoningSettings {
  readonly thinking: Thinking | undefined;
  readonly effort: Effort | undefined;
  readonly dropped: readonly string[];
}

export interface ReasoningContext {
  readonly capabilities: ModelCapabilities;
  readonly maxTokens: number;
  readonly turns: readonly Turn[];
  readonly isToolForced: boolean;
}

const requestEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
type RequestEffort = (typeof requestEfforts)[number];

/** Shares of max_tokens that may be thought, where thinking goes by budget (OpenRouter's documented ratios). */
const budgetShares: Readonly<Record<Exclude<RequestEffort, 'none'>, number>> = {
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.95,
  max: 0.95,
};
const smallestBudgetTokens = 1024;
const largestBudgetTokens = 128_000;

interface Wish {
  readonly effort: RequestEffort;
  /** OpenRouter's `reasoning.max_tokens`. */
  readonly budgetTokens: number | undefined;
  /** The field that said so. */
  readonly field: string;
}

/** `reasoning_effort`, or OpenRouter's `reasoning`, by what the model's family takes. Throws GatewayError. */
export function translateReasoning(body: JsonObject, context: ReasoningContext): ReasoningSettings {
  const wish = readWish(body);
  if (wish === undefined) return { thinking: undefined, effort: undefined, dropped: [] };
  if (wish.effort === 'none') return turnOff(wish, context.capabilities);
  const { thinking } = context.capabilities;
  if (thinking === 'none') return { thinking: undefined, effort: undefined, dropped: [wish.field] };
  const goesByBudget = thinking === 'budget' || (thinking === 'either' && wish.budgetTokens !== undefined);
  return goesByBudget ? byBudget(wish, context) : byEffort(wish, context.capabilities);
}

function readWish(body: JsonObject): Wish | undefined {
  const effort = readEffort(body, 'reasoning_effort');
  if (effort !== undefined) return { effort, budgetTokens: undefined, field: 'reasoning_effort' };
  const reasoning = readOptionalObject(body['reasoning'], 'reasoning');
  if (reasoning === undefined) return undefined;
  const budgetTokens = readOptionalInteger(reasoning['max_tokens'], 'reasoning.max_tokens', 1);
  const isEnabled = readOptionalBoolean(reasoning['enabled'], 'reasoning.enabled');
  const named = readEffort(reasoning, 'effort', 'reasoning.');
  if (isEnabled === false) return { effort: 'none', budgetTokens: undefined, field: 'reasoning' };
  if (named === undefined && budgetTokens === undefined && isEnabled === undefined) return undefined;
  return { effort: named ?? 'medium', budgetTokens, field: 'reasoning' };
}

function readEffort(of: JsonObject, member: string, prefix = ''): RequestEffort | undefined {
  const value = of[member];
  if (!isPresent(value)) return undefined;
  const effort = requestEfforts.find((known) => known === value);
  if (effort === undefined) throw invalidField(prefix + member, `has to be one of ${requestEfforts.join(', ')}.`);
  return effort;
}

function turnOff(wish: Wish, { thinkingOff }: ModelCapabilities): ReasoningSettings {
  if (thinkingOff === 'omit') return { thinking: undefined, effort: undefined, dropped: [] };
  if (thinkingOff === 'never') return { thinking: undefined, effort: 'low', dropped: [wish.field] };
  return { thinking: { type: thinkingOff }, effort: undefined, dropped: [] };
}

/** The nearest level that the model has, and not above the one asked for. */
function byEffort(wish: Wish, { efforts, sampling }: ModelCapabilities): ReasoningSettings {
  const asked = requestEfforts.indexOf(wish.effort);
  const effort = efforts.findLast((level) => requestEfforts.indexOf(level) <= asked) ?? 'low';
  return {
    // Families without sampling send thinking empty unless a summary is asked for, which looks like a hang.
    thinking: sampling ? { type: 'adaptive' } : { type: 'adaptive', display: 'summarized' },
    effort,
    dropped: wish.budgetTokens === undefined ? [] : ['reasoning.max_tokens'],
  };
}

/** A budget excludes forced tools, prefill and tool loops whose thinking is gone; it is the wish that gives way. */
function byBudget(wish: Wish, context: ReasoningContext): ReasoningSettings {
  const { maxTokens, turns } = context;
  const isExcluded = context.isToolForced || turns.at(-1)?.role === 'assistant' || hasUnthoughtToolLoop(turns);
  if (isExcluded || maxTokens <= smallestBudgetTokens || wish.effort === 'none') {
    return { thinking: undefined, effort: undefined, dropped: [wish.field] };
  }
  const asked = wish.budgetTokens ?? Math.floor(maxTokens * budgetShares[wish.effort]);
  const budget = Math.min(Math.max(asked, smallestBudgetTokens), largestBudgetTokens, maxTokens - 1);
  return { thinking: { type: 'enabled', budget_tokens: budget }, effort: undefined, dropped: [] };
}

/** Whether the calls that are being answered were made by a turn that does not open with its thinking. */
function hasUnthoughtToolLoop(turns: readonly Turn[]): boolean {
  for (let at = turns.length - 1; at > 0; at -= 2) {
    if (turns[at]?.content[0]?.type !== 'tool_result') return false;
    const opening = turns[at - 1]?.content[0]?.type;
    if (opening !== 'thinking' && opening !== 'redacted_thinking') return true;
  }
  return false;
}

/** Whether the model is told to think, which sampling has to yield to. */
export const isThinking = ({ thinking }: ReasoningSettings): boolean =>
  thinking?.type === 'enabled' || thinking?.type === 'adaptive';
