import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { defineMetrics } from '../src/metrics/definitions.ts';
import { degradedReasons } from '../src/index.ts';

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');

/** Rows of the table as `name type label,label`. */
const documented = [...page.matchAll(/^\| `(tollgate_\w+)` +\| (\w+) +\| ([^|]*)\|/gm)].map(
  ([, name, type, labels = '']) => `${name} ${type} ${[...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label)}`,
);

test('docs/metrics.md lists every metric with its type and labels, and no other', () => {
  const defined = Object.values(defineMetrics(new Registry(), () => undefined)).map((metric) => {
    const { name, labelNames, type } = metric as unknown as { name: string; labelNames: string[]; type: string };
    return `${name} ${type} ${labelNames}`;
  });
  assert.deepEqual(documented.toSorted(), defined.toSorted());
});

test('docs/metrics.md explains every reason for which a node is degraded', () => {
  const explained = [...page.matchAll(/^- `(\w+)`:/gm)].map(([, reason]) => reason);
  assert.deepEqual(new Set(explained), new Set(degradedReasons));
});
