/** `npm run generate`: writes what is made from code and committed: Grafana's dashboards, and the alert rules as Kubernetes has them. */
import { writeFileSync } from 'node:fs';
import { generatedFiles } from './generated-files.ts';

for (const [path, text] of generatedFiles()) {
  writeFileSync(new URL(path, import.meta.url), text);
  console.log(`wrote deploy/${path}`);
}
