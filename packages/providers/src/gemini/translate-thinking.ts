import type { JsonObject } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  readOptionalBoolean,
  readOptionalInteger,
  readOptionalObject,
} from '../base/read-fields.ts';
import type { ModelFamily } from './model-family.ts';
import type { ThinkingConfig } from './wire.ts';

export interface ThinkingSettings {
  readonly config: ThinkingConfig | undefined;
  readonly dropped: readonly string[];
}

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
type Effort = (typeof efforts)[number];

/** As Google maps `reasoning_effort` itself: https://ai.google.dev/gemini-api/docs/openai#thinking. */
const budgetOf: Readonly<Record<Exclude<Effort, 'none'>, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};
const levelOf: Readonly<Record<Exclude<Effort, 'none'>, NonNullable<ThinkingConfig['thinkingLevel']>>> = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};
const leftToModel = -1;

interface Wish {
  /** Undefined: the model is to think, and nothing says how much. */
  readonly effort: Effort | undefined;
  /** OpenRouter's `reasoning.max_tokens`. */
  readonly budgetTokens: number | undefined;
  readonly isShown: boolean;
  /** The field that said so. */
  readonly field: string;
}

/** `reasoning_effort`, or OpenRouter's `reasoning`, by what the model's family takes. Throws GatewayError. */
export function translateThinking(body: JsonObject, family: ModelFamily): ThinkingSettings {
  const wish = readWish(body);
  if (wish === undefined) return { config: undefined, dropped: [] };
  if (family.thinking === 'none') {
    return { config: undefined, dropped: wish.effort === 'none' ? [] : [wish.field] };
  }
  if (wish.effort === 'none') return turnOff(wish, family);
  const shown = wish.isShown ? ({ includeThoughts: true } as const) : {};
  if (wish.budgetTokens !== undefined) return byBudget(wish.budgetTokens, shown, family);
  if (family.thinking === 'level') {
    const level = wish.effort === undefined ? {} : { thinkingLevel: levelFor(wish.effort, family) };
    return { config: { ...shown, ...level }, dropped: [] };
  }
  return {
    config: { ...shown, thinkingBudget: wish.effort === undefined ? leftToModel : budgetOf[wish.effort] },
    dropped: [],
  };
}

/** Pro models have no level below low. */
const levelFor = (effort: Exclude<Effort, 'none'>, { alwaysThinks }: ModelFamily) =>
  alwaysThinks && effort === 'minimal' ? 'LOW' : levelOf[effort];

function turnOff({ field }: Wish, { thinking, alwaysThinks, budgetTokens }: ModelFamily): ThinkingSettings {
  if (thinking === 'level') return { config: { thinkingLevel: alwaysThinks ? 'LOW' : 'MINIMAL' }, dropped: [field] };
  if (alwaysThinks) return { config: { thinkingBudget: budgetTokens.least }, dropped: [field] };
  return { config: { thinkingBudget: 0 }, dropped: [] };
}

function byBudget(
  asked: number,
  shown: Pick<ThinkingConfig, 'includeThoughts'>,
  { budgetTokens: { least, most } }: ModelFamily,
): ThinkingSettings {
  const thinkingBudget = Math.min(Math.max(asked, least), most);
  return {
    config: { ...shown, thinkingBudget },
    dropped: thinkingBudget === asked ? [] : ['reasoning.max_tokens'],
  };
}

function readWish(body: JsonObject): Wish | undefined {
  const reasoning = readOptionalObject(body['reasoning'], 'reasoning') ?? {};
  const isShown = readOptionalBoolean(reasoning['exclude'], 'reasoning.exclude') !== true;
  const budgetTokens = readOptionalInteger(reasoning['max_tokens'], 'reasoning.max_tokens', 1);
  const isEnabled = readOptionalBoolean(reasoning['enabled'], 'reasoning.enabled');
  const named = readEffort(reasoning, 'effort', 'reasoning.');
  const effort = readEffort(body, 'reasoning_effort', '');
  if (effort !== undefined) return { effort, budgetTokens: undefined, isShown, field: 'reasoning_effort' };
  if (isEnabled === false) return { effort: 'none', budgetTokens: undefined, isShown, field: 'reasoning' };
  if (named === undefined && budgetTokens === undefined && isEnabled === undefined) return undefined;
  return { effort: named, budgetTokens, isShown, field: 'reasoning' };
}

function readEffort(of: JsonObject, member: string, prefix: string): Effort | undefined {
  const value = of[member];
  if (!isPresent(value)) return undefined;
  const effort = efforts.find((name) => name === value);
  if (effort === undefined) throw invalidField(prefix + member, `has to be one of ${efforts.join(', ')}.`);
  return effort;
}
