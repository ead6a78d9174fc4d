import { GatewayError, modelAllowed, type Call, type Caller, type Clock, type Route, type Tier } from '@tollgate/core';
import type { CallerDirectory } from '../admission/caller-directory.ts';
import { tierOf } from '../admission/caller-scopes.ts';
import { assertUsable, invalidKey } from './authenticate.ts';
import { findKeptResponse, findEarlierAnswers, pinTargets, type KeptResponseParts } from './find-kept-response.ts';
import type { Read, Routed } from './stages.ts';

export interface RoutingParts extends KeptResponseParts {
  readonly directory: CallerDirectory;
  readonly clock: Clock;
  readonly tiers: ReadonlyMap<string, Tier>;
  readonly resolveRoute: (model: string) => Route | undefined;
  /** Those that have a name of their own and a usable target. */
  readonly namedRoutes: ReadonlyMap<string, Route>;
}

/**
 * Step 3: model to route, if the caller may use it. Before the reservation, since what a call can cost
 * depends on its targets; which of them are healthy is judged when one is called.
 */
export function chooseRoute(read: Read, parts: RoutingParts): Routed | Promise<Routed> {
  if (read.call.keptResponse !== undefined || read.call.keptItemIds !== undefined) return chooseKeptRoute(read, parts);
  const route = routeOf(read.call.model, parts);
  if (!mayUse(read.caller, read.call.model, parts.tiers)) return chooseIfAllowedNow(read, route, parts);
  return { ...read, route: servingRoute(read.call, route, parts) };
}

/** A refusal has to go by what the store says now: the key may have been given the model a moment ago. */
async function chooseIfAllowedNow(read: Read, route: Route, parts: RoutingParts): Promise<Routed> {
  const caller = await allowedCaller(read, parts);
  return { ...read, caller, route: servingRoute(read.call, route, parts) };
}

/** A call about a response that a provider keeps, or that goes on from one, is led to where that lies. */
async function chooseKeptRoute(read: Read, parts: RoutingParts): Promise<Routed> {
  const about = read.call.protocol === 'stored_responses' ? await findKeptResponse(read, parts) : undefined;
  const asked = about === undefined ? read : { ...read, call: { ...read.call, model: about.model } };
  const route = routeOf(asked.call.model, parts);
  const caller = await allowedCaller(asked, parts);
  const place = about ?? (await findEarlierAnswers(asked, route, parts));
  const serving = servingRoute(asked.call, route, parts);
  return { ...asked, caller, route: place === undefined ? serving : pinTargets(serving, place) };
}

function routeOf(model: string, { resolveRoute }: RoutingParts): Route {
  const route = resolveRoute(model);
  if (route === undefined) throw modelNotFound(model);
  return route;
}

export const modelNotFound = (model: string): GatewayError =>
  new GatewayError('model_not_found', {
    message: `No model \`${model}\` is configured here. Check the spelling; \`GET /v1/models\` lists the names.`,
    param: 'model',
  });

/** The route without targets that cannot be asked this way. One that has no usable target at all stays as it is. */
function servingRoute({ model, protocol }: Call, route: Route, { serves }: RoutingParts): Route {
  if (route.targets.every((target) => serves(target, protocol))) return route;
  const targets = route.targets.filter((target) => serves(target, protocol));
  if (targets.length > 0) return { ...route, targets };
  throw new GatewayError('endpoint_not_served', {
    message: `No provider of the model \`${model}\` can be asked by this endpoint. Use another endpoint or model.`,
    param: 'model',
  });
}

async function allowedCaller({ caller, key, call }: Read, parts: RoutingParts): Promise<Caller> {
  if (mayUse(caller, call.model, parts.tiers)) return caller;
  const fresh = await parts.directory.identify(key);
  if (fresh === undefined) throw invalidKey();
  assertUsable(fresh, parts.clock.nowMs());
  assertModelAllowed(fresh, call.model, parts.tiers);
  return fresh;
}

/** Throws `model_not_allowed` where key or tiers do not include the model. */
export function assertModelAllowed(caller: Caller, model: string, tiers: ReadonlyMap<string, Tier>): void {
  if (mayUse(caller, model, tiers)) return;
  throw new GatewayError('model_not_allowed', {
    message: `This key may not use the model \`${model}\`. Ask your operator to allow it for the key or its tier.`,
    param: 'model',
  });
}

/** Whether key and tiers include the model. */
export function mayUse(caller: Caller, model: string, tiers: ReadonlyMap<string, Tier>): boolean {
  if (caller.key.models !== undefined && !modelAllowed(caller.key.models, model)) return false;
  const keyTier = tierOf(caller.key.tier, { tiers });
  const tenantTier = tierOf(caller.tenant.tier, { tiers });
  return modelAllowed(keyTier.models, model) && modelAllowed(tenantTier.models, model);
}
