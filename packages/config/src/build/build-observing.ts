import { nanoFromUsd, Secret, type Webhook } from '@tollgate/core';
import type { AlertsConfig, ArchiveConfig, BudgetsConfig, TracingConfig } from '../config.ts';
import type { Path } from '../problem.ts';
import type { ConfigFile } from '../schema/config-file.ts';
import { addNote, addProblem, blankToUndefined, noteLiteralSecret, type Report } from './report.ts';
import { isWebAddress, notWebAddress } from './web-address.ts';

export function buildBudgets(budgets: ConfigFile['budgets'], report: Report): BudgetsConfig {
  if (!isTimeZone(budgets.time_zone)) {
    addProblem(report, ['budgets', 'time_zone'], 'is no known time zone: write one such as `UTC` or `Europe/Berlin`');
  }
  return { timeZone: budgets.time_zone, alertAt: budgets.alert_at.toSorted((a, b) => a - b) };
}

export const buildAlerts = ({ spend_spike: spike, webhooks }: ConfigFile['alerts'], report: Report): AlertsConfig => {
  const minNanoUsd = nanoFromUsd(spike.min_usd);
  if (minNanoUsd === undefined) addProblem(report, ['alerts', 'spend_spike', 'min_usd'], 'has to be an amount of USD');
  const names = webhooks.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    addProblem(report, ['alerts', 'webhooks', index, 'name'], `\`${name}\` stands twice: names differ`);
  }
  return {
    spendSpike: { factor: spike.factor, minNanoUsd: minNanoUsd ?? 0n },
    webhooks: webhooks.flatMap((webhook, index) => buildWebhook(webhook, ['alerts', 'webhooks', index], report) ?? []),
  };
};

/** Undefined where it has no address: `${NAME:-}` that came out empty leaves it out. */
function buildWebhook(
  { name, url, secret, kinds }: ConfigFile['alerts']['webhooks'][number],
  path: Path,
  report: Report,
): Webhook | undefined {
  if (url === '') {
    addNote(report, path, 'has no `url`, so that it is told nothing');
    return undefined;
  }
  if (!isWebAddress(url)) addProblem(report, [...path, 'url'], notWebAddress);
  if (secret === '') {
    addProblem(
      report,
      [...path, 'secret'],
      'is empty: make one with `openssl rand -hex 32`, and give it the receiver too',
    );
  }
  noteLiteralSecret(report, [...path, 'secret']);
  return { name, url: new Secret(url), secret: new Secret(secret), kinds };
}

export const buildArchive = (archive: ConfigFile['archive']): ArchiveConfig => ({
  directory: blankToUndefined(archive.directory),
  maxWaitingEvents: archive.max_waiting_events,
});

export function buildTracing(tracing: ConfigFile['tracing'], report: Report): TracingConfig {
  const otlpEndpoint = blankToUndefined(tracing.otlp_endpoint);
  if (otlpEndpoint !== undefined && !isWebAddress(otlpEndpoint)) {
    addProblem(report, ['tracing', 'otlp_endpoint'], notWebAddress);
  }
  return {
    otlpEndpoint,
    otlpHeaders: Object.fromEntries(
      Object.entries(tracing.otlp_headers).map(([name, value]) => [name, new Secret(value)]),
    ),
    sampleRatio: tracing.sample_ratio,
  };
}

function isTimeZone(name: string): boolean {
  // The usual one, known without the tables of all the others.
  if (name === 'UTC') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
