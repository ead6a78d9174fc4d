import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { parse } from 'yaml';
import { alertRules } from './support/alert-rules.ts';

interface RuleTestFile {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
  }[];
}

const prometheus = fileURLToPath(new URL('../prometheus/', import.meta.url));
const ruleTests = globSync('rule-tests/*.test.yml', { cwd: prometheus });
const runbooks = readFileSync(new URL('../../docs/runbooks.md', import.meta.url), 'utf8');

function promtool(...args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { cwd: prometheus, encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}${error?.message ?? ''}`);
}

test('Prometheus accepts its configuration and every rule file', () => promtool('check', 'config', 'prometheus.yml'));

test('promtool: each alert fires when it should and says so', () => promtool('test', 'rules', ...ruleTests));

test('promtool is asked about each alert both when it has to fire and when it must not', () => {
  const cases = ruleTests.flatMap((path) => {
    const file: RuleTestFile = parse(readFileSync(`${prometheus}${path}`, 'utf8'));
    return file.tests.flatMap((each) => each.alert_rule_test);
  });
  for (const { alert } of alertRules()) {
    const own = cases.filter(({ alertname }) => alertname === alert);
    assert.ok(
      own.some(({ exp_alerts: expected }) => expected.length > 0),
      `${alert} never has to fire`,
    );
    assert.ok(
      own.some(({ exp_alerts: expected }) => expected.length === 0),
      `${alert} never has to keep still`,
    );
  }
});

test('each alert has a severity, a summary and its own section in docs/runbooks.md, and no section lacks its alert', () => {
  const sections = [...runbooks.matchAll(/^## (Tollgate\w+)$/gm)].map(([, name]) => name);
  assert.deepEqual(new Set(sections), new Set(alertRules().map(({ alert }) => alert)));
  assert.equal(sections.length, alertRules().length);
  for (const { alert, labels, annotations } of alertRules()) {
    assert.match(labels.severity, /^(?:critical|warning)$/, alert);
    assert.ok(annotations.summary.length > 10, alert);
    assert.equal(annotations.runbook_url, `docs/runbooks.md#${alert.toLowerCase()}`);
  }
});
