import { maxCapNanoUsd, nanoFromUsd, type Budget, type Tier } from '@tollgate/core';
import type { RouteTable } from '../config.ts';
import { suggestion } from '../nearest.ts';
import type { Path } from '../problem.ts';
import { resolveRoute } from '../resolve-route.ts';
import type { ConfigFile } from '../schema/config-file.ts';
import { addProblem, shown, type Report } from './report.ts';

type TierFile = ConfigFile['tiers'][string];

/** All tiers by name. */
export const buildTiers = (file: ConfigFile, routes: RouteTable, report: Report): ReadonlyMap<string, Tier> =>
  new Map(
    Object.entries(file.tiers).map(([name, tier]) => {
      checkModels(tier.models, { path: ['tiers', name, 'models'], routes, report });
      return [name, buildTier(name, tier, report)];
    }),
  );

const buildTier = (name: string, tier: TierFile, report: Report): Tier => ({
  name,
  limits: {
    requestsPerMinute: tier.requests_per_minute,
    tokensPerMinute: tier.tokens_per_minute,
    concurrency: tier.concurrency,
  },
  models: tier.models,
  budgets: tier.budgets.map((budget, index) => buildBudget(budget, ['tiers', name, 'budgets', index], report)),
});

function buildBudget(budget: TierFile['budgets'][number], path: Path, report: Report): Budget {
  const cap = nanoFromUsd(budget.usd);
  if (cap === undefined || cap === 0n) {
    addProblem(report, [...path, 'usd'], 'has to be an amount of USD above zero');
  } else if (cap > maxCapNanoUsd) {
    addProblem(report, [...path, 'usd'], 'has to be at most 9000000: the ledger is exact up to there');
  }
  return { capNanoUsd: cap ?? 0n, per: budget.per, hard: !budget.soft };
}

/** The first tier is the default where the file names none. */
export function chooseDefaultTier(file: ConfigFile, report: Report): string | undefined {
  const names = Object.keys(file.tiers);
  const chosen = file.default_tier ?? names[0];
  if (chosen !== undefined && !names.includes(chosen)) {
    const name = shown(report, ['default_tier'], chosen);
    addProblem(report, ['default_tier'], `no tier is named ${name}${suggestion(chosen, names)}`);
  }
  return chosen;
}

interface ModelChecks {
  readonly path: Path;
  readonly routes: RouteTable;
  readonly report: Report;
}

/** A name without a star has to be one that callers can ask for; a pattern may wait for models to come. */
function checkModels(models: readonly string[], { path, routes, report }: ModelChecks): void {
  for (const [index, model] of models.entries()) {
    if (model.includes('*') || resolveRoute({ routes }, model) !== undefined) continue;
    const known = [...routes.exact.keys(), ...routes.wildcards.map(({ pattern }) => pattern)];
    const name = shown(report, [...path, index], model);
    addProblem(report, [...path, index], `no model is named ${name} under \`models\`${suggestion(model, known)}`);
  }
}
