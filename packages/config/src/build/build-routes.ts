import type { Route } from '@tollgate/core';
import type { ProviderConfig, RouteTable, WildcardRoute, WildcardTarget } from '../config.ts';
import { suggestion } from '../nearest.ts';
import type { Path } from '../problem.ts';
import type { ConfigFile } from '../schema/config-file.ts';
import { addNote, addProblem, shown, type Report } from './report.ts';

type TargetFile = ConfigFile['models'][string]['targets'][number];
type Providers = ReadonlyMap<string, ProviderConfig>;

/** Compiles `models`. Targets of unusable providers are left out; a model left with none is noted. */
export function buildRoutes(file: ConfigFile, providers: Providers, report: Report): RouteTable {
  const exact = new Map<string, Route>();
  const wildcards: WildcardRoute[] = [];
  for (const [model, { targets }] of Object.entries(file.models)) {
    const path = ['models', model];
    checkTargets(targets, { path, providers, report });
    const usable = targets.filter((target) => providers.get(target.provider)?.usable);
    if (usable.length === 0) addNote(report, path, 'has no usable target, so that calls for it are answered with 503');
    const [prefix = '', suffix] = model.split('*');
    if (suffix === undefined) exact.set(model, { label: model, targets: usable.map(exactTarget) });
    else wildcards.push({ pattern: model, prefix, suffix, targets: usable.map(wildcardTarget) });
  }
  return { exact, wildcards: wildcards.toSorted((a, b) => b.pattern.length - a.pattern.length) };
}

const exactTarget = ({ provider, model, weight }: TargetFile): Route['targets'][number] => ({
  provider,
  providerModel: model,
  weight,
});

function wildcardTarget({ provider, model, weight }: TargetFile): WildcardTarget {
  const [before = '', after] = model.split('*');
  return { provider, weight, modelParts: after === undefined ? [before] : [before, after] };
}

interface TargetChecks {
  readonly path: Path;
  readonly providers: Providers;
  readonly report: Report;
}

function checkTargets(targets: readonly TargetFile[], { path, providers, report }: TargetChecks): void {
  const isWildcard = String(path.at(-1)).includes('*');
  for (const [index, target] of targets.entries()) {
    const at = [...path, 'targets', index];
    if (!providers.has(target.provider)) {
      const name = shown(report, [...at, 'provider'], target.provider);
      const hint = suggestion(target.provider, [...providers.keys()]);
      addProblem(report, [...at, 'provider'], `no provider is named ${name}${hint}`);
    }
    if (target.model.includes('*') && !isWildcard) {
      addProblem(report, [...at, 'model'], 'holds a `*`, but the model it serves has none: write the whole name');
    }
  }
}
