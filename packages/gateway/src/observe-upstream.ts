import type { Logger, Metrics } from '@tollgate/telemetry';
import type { UpstreamFact } from '@tollgate/upstream';

/** Counts what happens at providers, and logs what an operator may have to act on. */
export function observeUpstream({
  metrics,
  logger,
}: {
  readonly metrics: Metrics;
  readonly logger: Logger;
}): (fact: UpstreamFact) => void {
  return (fact) => {
    switch (fact.kind) {
      case 'attempt_ended':
        return metrics.attemptEnded({
          provider: fact.target.provider,
          result: fact.result === 'answered' ? 'ok' : fact.result,
          durationMs: fact.durationMs,
        });
      case 'retry':
      case 'fallback':
        return undefined;
      case 'breaker_opened':
      case 'breaker_closed': {
        const open = fact.kind === 'breaker_opened';
        const { provider, providerModel: model } = fact.target;
        return logger.warn(open ? 'target passed over: its breaker opened' : 'target in use again', {
          provider,
          model,
        });
      }
      case 'credential_set_aside': {
        const { provider, credential, verdict, forMs } = fact;
        return logger.warn(
          verdict === 'cool'
            ? 'credential rests: the provider told it to wait'
            : 'credential set aside: spent or refused',
          { provider, credential, for_ms: Math.round(forMs) },
        );
      }
      case 'credential_restored': {
        const { provider, credential } = fact;
        return logger.info('credential in use again', { provider, credential });
      }
    }
  };
}
