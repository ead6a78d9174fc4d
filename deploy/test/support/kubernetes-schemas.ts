import { PrometheusRule, ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service, ServiceAccount } from 'kubernetes-models/v1';
import type { Manifest } from './kustomization.ts';

/** Their validators are compiled from the OpenAPI document of Kubernetes and the operator's own definitions. */
const models: Readonly<Record<string, { readonly prototype: { validate(): void } }>> = {
  'v1/ConfigMap': ConfigMap,
  'v1/Service': Service,
  'v1/ServiceAccount': ServiceAccount,
  'apps/v1/Deployment': Deployment,
  'apps/v1/StatefulSet': StatefulSet,
  'autoscaling/v2/HorizontalPodAutoscaler': HorizontalPodAutoscaler,
  'networking.k8s.io/v1/NetworkPolicy': NetworkPolicy,
  'policy/v1/PodDisruptionBudget': PodDisruptionBudget,
  'monitoring.coreos.com/v1/PrometheusRule': PrometheusRule,
  'monitoring.coreos.com/v1/ServiceMonitor': ServiceMonitor,
};

/** What the API server would refuse, or drop because it has no such field. */
export function problemsOf(manifest: Manifest): readonly string[] {
  const model = models[`${manifest.apiVersion}/${manifest.kind}`];
  if (model === undefined) return [`no schema for ${manifest.apiVersion} ${manifest.kind}`];
  const unread = new Set<string>();
  const refused = refusalOf(() => Reflect.apply(model.prototype.validate, watched(manifest, '', unread), []));
  return [...refused, ...[...unread].map((path) => `${path} is no field of a ${manifest.kind}`)];
}

function refusalOf(validate: () => unknown): readonly string[] {
  try {
    validate();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/**
 * The schemas allow fields that they do not know, as OpenAPI does. But they read each field that they know, and
 * list those of a map: what stays in `unread` is neither.
 */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const children = new Map<PropertyKey, unknown>();
  for (const [key, child] of Object.entries(value)) {
    const own = `${path}/${key}`;
    children.set(key, watched(child, own, unread));
    if (!Array.isArray(value)) unread.add(own);
  }
  return new Proxy(value, {
    get: (target, key) => {
      unread.delete(`${path}/${String(key)}`);
      return children.has(key) ? children.get(key) : Reflect.get(target, key);
    },
    ownKeys: (target) => {
      for (const key of children.keys()) unread.delete(`${path}/${String(key)}`);
      return Reflect.ownKeys(target);
    },
  });
}
