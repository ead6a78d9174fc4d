import type { Target } from '@tollgate/core';
import type { Availability } from './choose-targets.ts';
import type { CredentialHealth } from './credential-health.ts';
import type { TargetHealthRegistry } from './target-health.ts';
import type { UpstreamPorts, UpstreamSettings } from './upstream-options.ts';

/** What all calls of a node share: settings as they are now, and health that outlives them. */
export interface UpstreamState {
  readonly settings: UpstreamSettings;
  readonly ports: UpstreamPorts;
  readonly targetHealth: TargetHealthRegistry;
  readonly credentialHealth: CredentialHealth;
}

/** Whether the target may be attempted now, with a credential other than those. */
export function availabilityOf(state: UpstreamState, target: Target, except?: ReadonlySet<string>): Availability {
  if (!state.settings.providers.has(target.provider)) return unusable('its provider is not set up');
  const credentialMs = state.credentialHealth.availableInMs(target.provider, except);
  if (credentialMs === undefined) return unusable('its provider has no credential');
  const { breaker, coolForMs } = state.targetHealth.of(target);
  const breakerMs = breaker.availableInMs;
  const inMs = Math.max(credentialMs, breakerMs, coolForMs);
  if (inMs === 0) return usable;
  if (breakerMs > 0) return unusable('failing', inMs);
  return unusable(coolForMs > 0 ? 'cooling' : 'its credentials are set aside', inMs);
}

const usable: Availability = { usable: true };

const unusable = (reason: string, inMs?: number): Availability => ({ usable: false, reason, inMs });
