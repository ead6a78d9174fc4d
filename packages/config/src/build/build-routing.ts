import type { RoutingConfig } from '../config.ts';
import type { ConfigFile } from '../schema/config-file.ts';
import { addProblem, type Report } from './report.ts';

/** Retry, deadlines and breaker, in core's policies. */
export function buildRouting({ retry, timeouts, breaker }: ConfigFile['routing'], report: Report): RoutingConfig {
  if (retry.max_ms < retry.base_ms) {
    addProblem(
      report,
      ['routing', 'retry', 'max_ms'],
      'is below `base_ms`: the longest wait cannot be shorter than the first',
    );
  }
  return {
    retry: {
      attempts: retry.attempts,
      baseMs: retry.base_ms,
      maxMs: retry.max_ms,
      budgetPercent: retry.budget_percent,
      afterTimeout: retry.after_timeout,
    },
    timeouts: {
      connectMs: timeouts.connect_ms,
      firstContentMs: timeouts.first_content_ms,
      unstreamedMs: timeouts.unstreamed_ms,
      idleMs: timeouts.idle_ms,
      totalMs: timeouts.total_ms,
    },
    breaker: { failures: breaker.failures, windowMs: breaker.window_ms, openMs: breaker.open_ms },
  };
}
