import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generatedFiles } from '../generated-files.ts';
import { dashboards } from '../grafana/source/dashboards.ts';

test('what is generated and committed is what the code writes: else run `npm run generate`', () => {
  for (const [path, text] of generatedFiles()) {
    assert.equal(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), text, path);
  }
});

test('Grafana is given no dashboard that the code does not write', () => {
  const folder = 'grafana/provisioning/dashboards/';
  const committed = readdirSync(new URL(`../${folder}`, import.meta.url)).filter((name) => name.endsWith('.json'));
  const written = [...generatedFiles().keys()].filter((path) => path.startsWith(folder));
  assert.deepEqual(committed.map((name) => `${folder}${name}`).toSorted(), written.toSorted());
});

test('each panel says what an operator reads from it, takes the chosen data source, and lies on no other', () => {
  for (const { uid, panels } of dashboards) {
    const places = panels.map(({ gridPos }) => `${gridPos?.x},${gridPos?.y}`);
    assert.equal(new Set(places).size, panels.length, `${uid}: two panels in one place`);
    for (const { title, description, datasource, gridPos } of panels) {
      assert.ok(description !== undefined && description.length > 10, `${uid}: ${title}`);
      assert.equal(datasource?.uid, '${datasource}', `${uid}: ${title}`);
      assert.ok((gridPos?.x ?? 24) + (gridPos?.w ?? 24) <= 24, `${uid}: ${title}`);
    }
  }
});

test('titles of panels and names of dashboards are unique', () => {
  assert.equal(new Set(dashboards.map(({ uid }) => uid)).size, dashboards.length);
  for (const { uid, panels } of dashboards) {
    assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length, uid);
  }
});
