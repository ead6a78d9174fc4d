import {
  boundFor,
  isJsonArray,
  isJsonObject,
  type Call,
  type JsonObject,
  type JsonValue,
  type NanoUsd,
  type Price,
  type PriceBook,
  type Target,
} from '@tollgate/core';

export interface CallCost {
  /** The most that the call can cost at its dearest target; undefined where nothing bounds it. */
  readonly boundNanoUsd: NanoUsd | undefined;
  /** Sent to the provider where the caller set no cap of its own: a bound needs one. */
  readonly outputCapTokens: number | undefined;
}

/** Tokens that a provider's own prompt scaffolding may add to what the body's bytes account for. */
const hiddenInputTokens = 1024;

/**
 * A tokeniser makes at most one token of a byte, so the body's size bounds the input; what is only
 * referred to (images and files by URL or id) is bounded by the model's context window alone.
 */
export function costBound(call: Call, targets: readonly Target[], prices: PriceBook): CallCost {
  const targetPrices = targets.map((target) => prices.price(target.provider, target.providerModel));
  const outputCapTokens = call.outputCapTokens ?? smallestMaximum(targetPrices);
  if (mayCostMore(call.body.value)) return { boundNanoUsd: undefined, outputCapTokens };
  const byReference = refersToContent(call.body.value['messages']);
  let dearest: NanoUsd = 0n;
  for (const price of targetPrices) {
    const inputTokens = price && mostInputTokens(call, byReference, price);
    if (price === undefined || inputTokens === undefined || outputCapTokens === undefined) {
      return { boundNanoUsd: undefined, outputCapTokens };
    }
    const outputTokens = outputCapTokens * call.choices;
    const atTarget = boundFor({ inputTokens, outputTokens, serviceTier: call.serviceTier }, price);
    if (atTarget === undefined) return { boundNanoUsd: undefined, outputCapTokens };
    if (atTarget > dearest) dearest = atTarget;
  }
  return { boundNanoUsd: dearest, outputCapTokens };
}

function mostInputTokens(call: Call, byReference: boolean, price: Price): number | undefined {
  const window = price.contextWindowTokens;
  if (byReference) return window;
  const byBytes = call.body.raw.length + hiddenInputTokens;
  return window === undefined ? byBytes : Math.min(window, byBytes);
}

/** A cap that every target accepts; undefined where one of them is not known to have a maximum. */
function smallestMaximum(prices: readonly (Price | undefined)[]): number | undefined {
  const maxima = prices.map((price) => price?.maxOutputTokens);
  return maxima.reduce((least, maximum) =>
    least === undefined || maximum === undefined ? undefined : Math.min(least, maximum),
  );
}

/** Fields that let a provider do, and bill, more than answer from the prompt; or answer with another model. */
const costlyFields = ['models', 'plugins', 'preset', 'route', 'web_search_options', 'prediction', 'audio'] as const;

const mayCostMore = (body: JsonObject): boolean =>
  costlyFields.some((field) => body[field] !== undefined && body[field] !== null) || hasServerTool(body['tools']);

/** Tools other than functions run at the provider, as often as it likes. */
const hasServerTool = (tools: JsonValue | undefined): boolean =>
  isJsonArray(tools) &&
  tools.some((tool) => isJsonObject(tool) && tool['type'] !== 'function' && tool['type'] !== 'custom');

function refersToContent(messages: JsonValue | undefined): boolean {
  return (
    isJsonArray(messages) &&
    messages.some(
      (message) =>
        isJsonObject(message) &&
        isJsonArray(message['content']) &&
        message['content'].some((part) => isJsonObject(part) && part['type'] !== 'text' && part['type'] !== 'refusal'),
    )
  );
}
