import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}

const folder = fileURLToPath(new URL('../../prometheus/rules/', import.meta.url));

/** Every rule that Prometheus is given. */
export const alertRules = (): readonly AlertRule[] =>
  globSync('*.yml', { cwd: folder }).flatMap((name) => {
    const file: { groups: readonly { rules: readonly AlertRule[] }[] } = parse(
      readFileSync(`${folder}${name}`, 'utf8'),
    );
    return file.groups.flatMap(({ rules }) => rules);
  });
