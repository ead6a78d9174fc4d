/**
 * `node deploy/image/bundle.ts <directory>`: what the image holds. One JavaScript file for each process, with what
 * they share beside them, and the Lua scripts; no node_modules.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

const processes = {
  gateway: 'packages/gateway/src/main.ts',
  'cost-aggregator': 'packages/cost-aggregator/src/main.ts',
  'provider-simulator': 'packages/provider-simulator/src/main.ts',
  tollgate: 'packages/cli/src/main.ts',
  'compose-gateway': 'deploy/image/compose-gateway.ts',
  'make-secrets': 'deploy/image/make-secrets.ts',
  'check-health': 'deploy/image/check-health.ts',
};

/** Libraries in CommonJS ask for Node's modules by `require`, which a module does not have. */
const requireForCommonJs =
  "import { createRequire as createRequireForCommonJs } from 'node:module';" +
  'const require = createRequireForCommonJs(import.meta.url);';

async function bundle(directory: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: processes,
    outdir: join(directory, 'bin'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Chunks lie beside the processes, so that `../lua` is the same place for all.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    legalComments: 'none',
    // Names stay, for stacks in the log; the rest is what a process would read and keep for nothing.
    minifyWhitespace: true,
    minifySyntax: true,
    banner: { js: requireForCommonJs },
    logLevel: 'warning',
  });
  cpSync(join(root, 'packages', 'store', 'src', 'lua'), join(directory, 'lua'), { recursive: true });
}

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('name the directory to write to');
await bundle(directory);
