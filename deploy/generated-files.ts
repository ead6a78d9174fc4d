import { readdirSync, readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { dashboardFiles } from './grafana/source/dashboards.ts';

const rulesFolder = new URL('prometheus/rules/', import.meta.url);

/** Text of each generated file by its path under deploy/. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const files = new Map([...dashboardFiles()].map(([name, text]) => [`grafana/provisioning/dashboards/${name}`, text]));
  return files.set('kubernetes/components/monitoring/prometheus-rules.yaml', kubernetesRules());
}

/** The rules of Prometheus' own files, in the shape that its operator reads. */
function kubernetesRules(): string {
  const groups = readdirSync(rulesFolder)
    .toSorted()
    .flatMap((name) => {
      const file: { groups: readonly object[] } = parse(readFileSync(new URL(name, rulesFolder), 'utf8'));
      return file.groups;
    });
  const resource = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'tollgate' },
    spec: { groups },
  };
  return `# Written by \`npm run generate\` from deploy/prometheus/rules.\n${stringify(resource, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
