/**
 * `npm run generate`: writes what is made from code and committed: Grafana's dashboards, the alert rules as
 * Kubernetes has them, and what becomes of each feature between protocols, as a gateway shows it.
 */
import { writeFileSync } from 'node:fs';
import { composePage } from '../packages/gateway/test/compatibility/compose-page.ts';
import { probeAll } from '../packages/gateway/test/compatibility/probe-all.ts';
import { generatedFiles } from './generated-files.ts';

for (const [path, text] of generatedFiles()) {
  writeFileSync(new URL(path, import.meta.url), text);
  console.log(`wrote deploy/${path}`);
}

writeFileSync(new URL('../docs/compatibility.md', import.meta.url), composePage(await probeAll()));
console.log('wrote docs/compatibility.md');
