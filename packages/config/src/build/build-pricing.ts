import { picoFromUsdPerMillion, type PriceTable } from '@tollgate/core';
import type { ProviderConfig, RouteTable } from '../config.ts';
import { suggestion } from '../nearest.ts';
import { pricesOf } from '../prices-of.ts';
import type { Path } from '../problem.ts';
import type { ConfigFile } from '../schema/config-file.ts';
import { addNote, addProblem, type Report } from './report.ts';

type Providers = ReadonlyMap<string, ProviderConfig>;

/** Members of a price that are counts; every other number or text in it is an amount. */
const counts: ReadonlySet<string> = new Set(['input_tokens', 'context_window', 'max_output']);

/** Prices of config, every amount of which can be read. */
export function buildPricing(file: ConfigFile, providers: Providers, report: Report): PriceTable {
  for (const [provider, models] of Object.entries(file.pricing)) {
    if (!providers.has(provider)) {
      const hint = suggestion(provider, [...providers.keys()]);
      addProblem(report, ['pricing', provider], `no provider is named \`${provider}\`${hint}`);
    }
    for (const [model, spec] of Object.entries(models)) checkAmounts(spec, ['pricing', provider, model], report);
  }
  return file.pricing;
}

function checkAmounts(value: unknown, path: Path, report: Report): void {
  if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, member] of Object.entries(value))
      checkAmounts(member, [...path, isList ? Number(key) : key], report);
  } else if (typeof value === 'string' || typeof value === 'number') {
    const isAmount = !counts.has(String(path.at(-1)));
    if (isAmount && picoFromUsdPerMillion(value) === undefined) {
      addProblem(report, path, 'has to be USD per million tokens: a number, not negative');
    }
  }
}

/** Notes targets without a price: only soft budgets can pay for them. Wildcards' models are not known beforehand. */
export function noteUnpriced(
  { pricing, routes }: { readonly pricing: PriceTable; readonly routes: RouteTable },
  providers: Providers,
  report: Report,
): void {
  const book = pricesOf({ pricing, providers });
  for (const { label, targets } of routes.exact.values()) {
    for (const { provider, providerModel } of targets) {
      if (book.price(provider, providerModel) !== undefined) continue;
      const where = `pricing.${provider}.${JSON.stringify(providerModel)}`;
      addNote(
        report,
        ['models', label],
        `no price is known at \`${provider}\`: hard budgets refuse it until \`${where}\` has one`,
      );
    }
  }
}
