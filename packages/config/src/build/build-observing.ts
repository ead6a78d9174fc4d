import { Secret } from '@tollgate/core';
import type { AlertsConfig, BudgetsConfig, TracingConfig } from '../config.ts';
import type { ConfigFile } from '../schema/config-file.ts';
import { addProblem, blankToUndefined, type Report } from './report.ts';
import { isWebAddress, notWebAddress } from './web-address.ts';

export function buildBudgets(budgets: ConfigFile['budgets'], report: Report): BudgetsConfig {
  if (!isTimeZone(budgets.time_zone)) {
    addProblem(report, ['budgets', 'time_zone'], 'is no known time zone: write one such as `UTC` or `Europe/Berlin`');
  }
  return { timeZone: budgets.time_zone, alertAt: budgets.alert_at.toSorted((a, b) => a - b) };
}

export function buildAlerts(alerts: ConfigFile['alerts'], report: Report): AlertsConfig {
  for (const [index, { url }] of alerts.webhooks.entries()) {
    if (!isWebAddress(url)) addProblem(report, ['alerts', 'webhooks', index, 'url'], notWebAddress);
  }
  return { webhooks: alerts.webhooks.map(({ url }) => ({ url: new Secret(url) })) };
}

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
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
