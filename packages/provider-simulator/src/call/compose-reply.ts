import { chargeFor, formatUsd, type NanoUsd } from '@tollgate/core';
import type { Reply } from '../answer/answer.ts';
import { composeAnswers } from '../answer/compose-answer.ts';
import type { Directives } from '../answer/directives.ts';
import { measureUsage } from '../answer/measure-usage.ts';
import type { PromptCache } from '../answer/prompt-cache.ts';
import type { ArrivedCall } from './arrived-call.ts';
import type { Ask } from './ask.ts';
import { contextWindowTokens, type PriceOf } from './models.ts';
import { Refusal } from './refusal.ts';

/** What a reply is reckoned by. */
export interface Reckoning {
  readonly promptCache: PromptCache;
  readonly priceOf: PriceOf;
}

export interface Understood {
  readonly ask: Ask;
  readonly directives: Directives;
  readonly tokensPerEvent: number;
}

/** The answers to a call, their usage and their cost. Refuses a prompt that is too long. */
export function composeReply(call: ArrivedCall, reckoning: Reckoning, understood: Understood): Reply {
  const { ask, directives, tokensPerEvent } = understood;
  const { provider, caching } = call.surface;
  const promptTokens = ask.prompt.reduce((tokens, piece) => tokens + piece.tokens, 0);
  if (promptTokens > contextWindowTokens[provider]) throw new Refusal({ kind: 'context_too_long' });
  const scope = `${provider} ${ask.model} ${call.credential.sha256}`;
  const answers = composeAnswers(ask, directives);
  const usage = measureUsage(reckoning.promptCache.read(scope, ask.prompt, caching), answers);
  const price = reckoning.priceOf(provider, ask.model);
  const inputCost = chargeFor({ ...usage, output: 0 }, price, undefined);
  const totalCost = chargeFor(usage, price, undefined);
  return {
    id: call.id,
    requestId: call.requestId,
    createdSeconds: Math.floor(call.nowMs / 1000),
    model: ask.model,
    answers,
    usage,
    costUsd: { input: usdOf(inputCost), output: usdOf(totalCost - inputCost), total: usdOf(totalCost) },
    tokensPerEvent,
  };
}

/** A double keeps fifteen digits, far more than any simulated cost has. */
const usdOf = (cost: NanoUsd): number => Number(formatUsd(cost));
