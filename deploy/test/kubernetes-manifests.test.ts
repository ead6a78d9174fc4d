import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { loadConfig } from '../../packages/config/src/index.ts';
import { createMetrics } from '../../packages/telemetry/src/index.ts';
import { problemsOf } from './support/kubernetes-schemas.ts';
import { build, kubernetes, type Manifest } from './support/kustomization.ts';
import { named, selects, workloads, type WorkloadSpec } from './support/workload.ts';

/** Every folder that somebody would apply. */
const overlays = globSync('overlays/*/', { cwd: kubernetes }).toSorted();

const gateway = (manifests: readonly Manifest[]): WorkloadSpec =>
  named(manifests, 'StatefulSet', 'tollgate-gateway')['spec'] as WorkloadSpec;

test('there is an overlay for a Redis elsewhere and one that brings it', () => {
  assert.deepEqual(
    overlays.map((path) => path.replace(/\/$/, '')),
    ['overlays/bundled-redis', 'overlays/external-redis'],
  );
});

test('a field that Kubernetes does not have is noticed, and so is a wrong type', () => {
  const [manifest] = build(join(kubernetes, 'base')).filter(({ kind }) => kind === 'StatefulSet');
  assert.ok(manifest);
  const spec = manifest['spec'] as object;
  assert.deepEqual(problemsOf({ ...manifest, spec: { ...spec, replica: 3 } }), [
    '/spec/replica is no field of a StatefulSet',
  ]);
  assert.equal(problemsOf({ ...manifest, spec: { ...spec, replicas: 'three' } }).length, 1);
});

for (const overlay of overlays) {
  describe(overlay, () => {
    const manifests = build(join(kubernetes, overlay));

    it('is accepted by Kubernetes’ own schemas, each field of it', () => {
      assert.deepEqual(manifests.flatMap(problemsOf), []);
    });

    it('names nothing twice', () => {
      const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      assert.equal(new Set(names).size, names.length, names.join(', '));
    });

    it('refers to nothing that is missing: config, volumes, services, what the autoscaler scales', () => {
      for (const { serviceName, template, volumeClaimTemplates } of workloads(manifests)) {
        if (serviceName !== undefined) named(manifests, 'Service', serviceName);
        const { volumes, containers } = template.spec;
        for (const { configMap } of volumes) if (configMap !== undefined) named(manifests, 'ConfigMap', configMap.name);
        const known = new Set([
          ...volumes.map(({ name }) => name),
          ...(volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
        ]);
        for (const { volumeMounts } of containers)
          for (const { name } of volumeMounts) assert.ok(known.has(name), name);
      }
      const { scaleTargetRef } = named(manifests, 'HorizontalPodAutoscaler', 'tollgate-gateway')['spec'] as {
        scaleTargetRef: { kind: string; name: string };
      };
      named(manifests, scaleTargetRef.kind, scaleTargetRef.name);
    });

    it('has no selector that selects nothing, and no service port that its pods do not have', () => {
      const pods = workloads(manifests).map(({ template }) => template);
      for (const { kind, metadata, ...rest } of manifests) {
        const spec = rest['spec'] as {
          selector?: object;
          podSelector?: object;
          ports?: readonly { targetPort: string }[];
        };
        if (!['Service', 'NetworkPolicy', 'PodDisruptionBudget', 'StatefulSet', 'Deployment'].includes(kind)) continue;
        const selector = spec.podSelector ?? spec.selector ?? {};
        const labels = ('matchLabels' in selector ? selector.matchLabels : selector) as Record<string, string>;
        const selected = pods.filter((pod) => selects(labels, pod.metadata.labels));
        assert.equal(selected.length, 1, `${kind} ${metadata.name}`);
        const ports = selected.flatMap((pod) =>
          pod.spec.containers.flatMap((container) => container.ports.map(({ name }) => name)),
        );
        if (kind === 'Service')
          for (const { targetPort } of spec.ports ?? []) assert.ok(ports.includes(targetPort), targetPort);
      }
    });

    it('has Prometheus watch the operator port of nodes and aggregators, each once', () => {
      const monitor = named(manifests, 'ServiceMonitor', 'tollgate')['spec'] as {
        selector: { matchLabels: Record<string, string> };
        endpoints: readonly { port: string }[];
      };
      const services = manifests.filter(
        ({ kind, metadata }) => kind === 'Service' && selects(monitor.selector.matchLabels, metadata.labels),
      );
      const watched = services.filter((service) => {
        const { ports } = service['spec'] as { ports: readonly { name: string }[] };
        return monitor.endpoints.some(({ port }) => ports.some(({ name }) => name === port));
      });
      const components = watched.map(({ metadata }) => metadata.labels?.['app.kubernetes.io/component']);
      assert.deepEqual(new Set(components), new Set(['cost-aggregator', 'gateway']));
      assert.equal(components.length, 2);
    });

    it('puts into values only variables that are defined before', () => {
      for (const { env, command } of workloads(manifests).flatMap(({ template }) => template.spec.containers)) {
        const defined = new Set<string>();
        for (const { name, value } of env) {
          for (const [, used = ''] of (value ?? '').matchAll(/\$\((\w+)\)/g))
            assert.ok(defined.has(used), `${name} uses ${used}`);
          defined.add(name);
        }
        for (const [, used = ''] of (command ?? []).join(' ').matchAll(/\$\((\w+)\)/g))
          assert.ok(defined.has(used), used);
      }
    });

    it('runs as no root, writes to volumes alone, and holds no token of Kubernetes', () => {
      for (const { template } of workloads(manifests)) {
        const { securityContext, automountServiceAccountToken, containers } = template.spec;
        assert.equal(automountServiceAccountToken, false);
        assert.equal(securityContext.runAsNonRoot, true);
        assert.equal(securityContext.seccompProfile.type, 'RuntimeDefault');
        for (const container of containers) {
          assert.equal(container.securityContext.allowPrivilegeEscalation, false);
          assert.equal(container.securityContext.readOnlyRootFilesystem, true);
          assert.deepEqual(container.securityContext.capabilities.drop, ['ALL']);
        }
      }
    });

    it('gives every process that needs Redis its address and a way to it', () => {
      const redisPort = 6379;
      for (const name of ['tollgate-gateway', 'tollgate-cost-aggregator']) {
        const { egress } = named(manifests, 'NetworkPolicy', name)['spec'] as {
          egress: readonly { ports: readonly { port: number | string }[] }[];
        };
        assert.ok(
          egress.some(({ ports }) => ports.some(({ port }) => port === redisPort)),
          name,
        );
      }
      for (const { template } of workloads(manifests).filter(({ serviceName }) => serviceName !== 'tollgate-redis')) {
        const [container] = template.spec.containers;
        const isGiven =
          container?.env.some(({ name }) => name === 'REDIS_URL') === true ||
          container?.envFrom?.some(({ secretRef }) => secretRef.name === 'tollgate-secrets') === true;
        assert.ok(isGiven, container?.name);
      }
    });

    it('gives peppers, the admin token and provider keys to nodes alone', () => {
      const { template } = named(manifests, 'Deployment', 'tollgate-cost-aggregator')['spec'] as WorkloadSpec;
      for (const { env, envFrom } of template.spec.containers) {
        assert.equal(envFrom, undefined);
        assert.deepEqual(
          env.map(({ name }) => name).filter((name) => /KEY|TOKEN/.test(name)),
          [],
        );
      }
    });

    it('leaves the number of nodes to the autoscaler', () => assert.equal(gateway(manifests).replicas, undefined));
  });
}

describe('the nodes of a cluster', () => {
  const manifests = build(join(kubernetes, 'base'));
  const config = loadConfig({
    path: join(kubernetes, 'base/config.yaml'),
    environment: { REDIS_URL: 'redis://redis:6379' },
  });

  it('are given the time that preStop, draining and settling take together', () => {
    const { terminationGracePeriodSeconds: graceSeconds, containers } = gateway(manifests).template.spec;
    const preStopSeconds = containers[0]?.lifecycle?.preStop.sleep.seconds ?? 0;
    const settlingSeconds = 5 + 1;
    assert.ok(preStopSeconds >= 5, 'proxies need time to notice');
    assert.ok(graceSeconds > preStopSeconds + config.server.drainMs / 1000 + settlingSeconds);
  });

  it('keep their journal on a volume that outlives them', () => {
    const { template, volumeClaimTemplates } = gateway(manifests);
    const [container] = template.spec.containers;
    const mount = container?.volumeMounts.find(({ name }) => name === volumeClaimTemplates?.[0]?.metadata.name);
    const directory = container?.env.find(({ name }) => name === 'TOLLGATE_JOURNAL_DIR')?.value;
    assert.ok(mount !== undefined && directory?.startsWith(`${mount.mountPath}/`), directory);
  });

  it('are scaled by metrics that they have', async () => {
    const { metrics } = named(manifests, 'HorizontalPodAutoscaler', 'tollgate-gateway')['spec'] as {
      metrics: readonly { pods?: { metric: { name: string } } }[];
    };
    const own = new Set(
      (await createMetrics({ build: { version: 'test', commit: 'abc123' } }).registry.getMetricsAsJSON()).map(
        ({ name }) => name,
      ),
    );
    const used = metrics.flatMap(({ pods }) => (pods === undefined ? [] : [pods.metric.name]));
    assert.deepEqual(used, ['tollgate_inflight_requests']);
    for (const name of used) assert.ok(own.has(name), name);
  });
});

test('the bundled Redis evicts nothing and keeps everything on disk', () => {
  const redisConfig = named(build(join(kubernetes, 'overlays/bundled-redis')), 'ConfigMap', 'tollgate-redis-config');
  const text = Object.values(redisConfig['data'] as Record<string, string>).join('\n');
  for (const line of ['appendonly yes', 'maxmemory-policy noeviction'])
    assert.ok(text.split('\n').includes(line), line);
});
