import type { Route, Target } from '@tollgate/core';
import type { Config, WildcardRoute, WildcardTarget } from './config.ts';

/**
 * The targets of a model: by its exact name first, then by the longest wildcard pattern whose star matches
 * at least one character. Undefined: no route has this name. A route without targets: none is usable.
 */
export function resolveRoute(config: Pick<Config, 'routes'>, model: string): Route | undefined {
  const exact = config.routes.exact.get(model);
  if (exact !== undefined) return exact;
  const wildcard = config.routes.wildcards.find((route) => covers(route, model));
  if (wildcard === undefined) return undefined;
  const matched = model.slice(wildcard.prefix.length, model.length - wildcard.suffix.length);
  return { label: 'other', targets: wildcard.targets.map((target) => fillIn(target, matched)) };
}

const covers = ({ prefix, suffix }: WildcardRoute, model: string): boolean =>
  model.length > prefix.length + suffix.length && model.startsWith(prefix) && model.endsWith(suffix);

const fillIn = ({ provider, weight, modelParts }: WildcardTarget, matched: string): Target => ({
  provider,
  weight,
  providerModel: modelParts.join(matched),
});
