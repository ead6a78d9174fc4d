import { chargeFor, formatUsd, type NanoUsd } from '@tollgate/core';
import type { Reply } from '../answer/answer.ts';
import { composeAnswers } from '../answer/compose-answer.ts';
import type { Directives } from '../answer/directives.ts';
import { measureUsage } from '../answer/measure-usage.ts';
import type { CachingStyle } from '../answer/prompt-cache.ts';
import type { ArrivedCall } from './arrived-call.ts';
import type { Ask } from './ask.ts';
import type { AnswerMeans } from './endpoint.ts';
import { contextWindowTokens } from './models.ts';
import { Refusal } from './refusal.ts';

export interface Composition {
  readonly ask: Ask;
  readonly directives: Directives;
  readonly caching: CachingStyle;
  readonly tokensPerEvent: number;
}

/** The answers to a call, their usage and their cost. Refuses a prompt that is too long. */
export function composeReply(call: ArrivedCall, means: AnswerMeans, composition: Composition): Reply {
  const { ask, directives, caching, tokensPerEvent } = composition;
  const { provider } = call.endpoint.voice;
  refuseTooLong(ask, provider);
  const scope = `${provider} ${ask.model} ${call.credential.sha256}`;
  const answers = composeAnswers(ask, directives);
  const usage = measureUsage(means.promptCache.read(scope, ask.prompt, caching), answers);
  const { price } = means.priceOf(provider, ask.model);
  const inputCost = chargeFor({ ...usage, output: 0 }, price, ask.serviceTier);
  const totalCost = chargeFor(usage, price, ask.serviceTier);
  return {
    id: call.id,
    requestId: call.requestId,
    createdSeconds: Math.floor(call.nowMs / 1000),
    model: ask.model,
    serviceTier: ask.serviceTier,
    answers,
    usage,
    costUsd: { input: usdOf(inputCost), output: usdOf(totalCost - inputCost), total: usdOf(totalCost) },
    tokensPerEvent,
  };
}

export const promptTokens = (prompt: Ask['prompt']): number =>
  prompt.reduce((tokens, piece) => tokens + piece.tokens, 0);

export function refuseTooLong(ask: Pick<Ask, 'prompt'>, provider: keyof typeof contextWindowTokens): void {
  if (promptTokens(ask.prompt) > contextWindowTokens[provider]) throw new Refusal({ kind: 'context_too_long' });
}

/** A double keeps fifteen digits, far more than any simulated cost has. */
export const usdOf = (cost: NanoUsd): number => Number(formatUsd(cost));
