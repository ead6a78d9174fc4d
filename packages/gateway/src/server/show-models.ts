import { formatUsd, type Caller, type PicoUsd, type Price, type PriceBook, type Route } from '@tollgate/core';
import { mayUse, modelNotFound, type RoutingParts } from '../pipeline/choose-route.ts';
import type { Arrived } from '../pipeline/stages.ts';
import { showPage, type PageParts } from './show-page.ts';

export interface ModelPageParts extends PageParts, Pick<RoutingParts, 'namedRoutes' | 'tiers'> {
  readonly money: { readonly bounds: { readonly prices: PriceBook } };
}

/**
 * `GET /v1/models`: what the caller may use, as OpenAI and Anthropic list it, with context window and price. Names
 * that only a wildcard covers are not listed, for nobody knows which there are.
 */
export const showModels = (arrived: Arrived, parts: ModelPageParts): Promise<void> =>
  showPage(arrived, parts, (caller) => {
    const models = usableModels(caller, parts).map(([name, route]) => modelPage(name, route, parts));
    const body = { object: 'list', data: models, has_more: false, ...endsOf(models) };
    return { body, standings: [] };
  });

/** `GET /v1/models/{name}`: one of them. A name that the caller may not use is answered as one that does not exist. */
export const showModel = (arrived: Arrived, name: string, parts: ModelPageParts): Promise<void> =>
  showPage(arrived, parts, (caller) => {
    const found = usableModels(caller, parts).find(([other]) => other === name);
    if (found === undefined) throw modelNotFound(name);
    return { body: modelPage(...found, parts), standings: [] };
  });

const usableModels = (
  caller: Caller,
  { namedRoutes, tiers }: ModelPageParts,
): readonly (readonly [name: string, route: Route])[] =>
  [...namedRoutes].filter(([name]) => mayUse(caller, name, tiers));

interface ModelPage {
  readonly id: string;
  readonly [member: string]: unknown;
}

/** Clients of either protocol find their own members. The price is that of the first target that has one. */
function modelPage(name: string, { targets }: Route, { money }: ModelPageParts): ModelPage {
  const prices = targets.map(({ provider, providerModel }) => money.bounds.prices.price(provider, providerModel));
  const price = prices.find((one) => one !== undefined);
  return {
    id: name,
    object: 'model',
    type: 'model',
    display_name: name,
    created: 0,
    created_at: new Date(0).toISOString(),
    owned_by: targets[0]?.provider ?? '',
    context_window: smallest(prices.map((one) => one?.contextWindowTokens)),
    max_output_tokens: smallest(prices.map((one) => one?.maxOutputTokens)),
    usd_per_million_tokens: price === undefined ? null : pricePage(price),
  };
}

const pricePage = ({ rates }: Price): object => ({
  input: usdPerMillion(rates.input),
  cache_read: usdPerMillion(rates.cacheRead),
  cache_write: usdPerMillion(rates.cacheWrite5m),
  output: usdPerMillion(rates.output),
});

/** 1 pico-USD a token is 1,000 nano-USD for a million. */
const usdPerMillion = (picoUsdPerToken: PicoUsd): string => formatUsd(picoUsdPerToken * 1000n);

/** What every target can take; null where one of them is not known. */
const smallest = (values: readonly (number | undefined)[]): number | null =>
  values.reduce<number | null>(
    (least, value) => (least === null || value === undefined ? null : Math.min(least, value)),
    Infinity,
  );

const endsOf = (models: readonly ModelPage[]): object => ({
  first_id: models[0]?.id ?? null,
  last_id: models.at(-1)?.id ?? null,
});
