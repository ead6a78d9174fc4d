/**
 * `node deploy/image/bundle.ts <directory>`: what the image holds. One JavaScript file for each process, with what
 * they share beside them, and the Lua scripts; no node_modules. A gateway node's is compiled already.
 */
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { wrapper } from './compiled-script.ts';
import { slimLibraries } from './slim-libraries.ts';

const root = join(import.meta.dirname, '..', '..');

const processes = {
  gateway: 'deploy/image/start-gateway.ts',
  'cost-aggregator': 'packages/cost-aggregator/src/main.ts',
  'provider-simulator': 'packages/provider-simulator/src/main.ts',
  tollgate: 'packages/cli/src/main.ts',
  'compose-gateway': 'deploy/image/compose-gateway.ts',
  'make-secrets': 'deploy/image/make-secrets.ts',
  'check-health': 'deploy/image/check-health.ts',
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  legalComments: 'none',
  // Names stay, for stacks in the log; the rest is what a process would read and keep for nothing.
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** Libraries in CommonJS ask for Node's modules by `require`, which a module does not have. */
const requireForCommonJs =
  "import { createRequire as createRequireForCommonJs } from 'node:module';" +
  'const require = createRequireForCommonJs(import.meta.url);';

/** Whoever starts a gateway node in their own process starts the one that is compiled already. */
const gatewayBeside: Plugin = {
  name: 'gateway-beside',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/packages\/gateway\/src\/main\.ts$/ }, () => ({ path: './gateway.mjs', external: true })),
};

async function bundle(bin: string): Promise<void> {
  await build({
    ...common,
    entryPoints: processes,
    outdir: bin,
    outExtension: { '.js': '.mjs' },
    // Chunks lie beside the processes, so that `../lua` is the same place for all.
    splitting: true,
    format: 'esm',
    banner: { js: requireForCommonJs },
    plugins: [slimLibraries, gatewayBeside],
  });
}

/** In CommonJS, for which Node does without a namespace of each of its own modules: that of node:http alone loads all of fetch. */
async function bundleGateway(script: string): Promise<void> {
  await build({
    ...common,
    entryPoints: ['deploy/image/gateway-script.ts'],
    outfile: script,
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    banner: { js: wrapper.head },
    footer: { js: wrapper.tail },
    plugins: [slimLibraries],
  });
  execFileSync(process.execPath, [join(import.meta.dirname, 'compile-gateway.ts'), script], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('name the directory to write to');
const bin = join(directory, 'bin');
cpSync(join(root, 'packages', 'store', 'src', 'lua'), join(directory, 'lua'), { recursive: true });
await bundle(bin);
await bundleGateway(join(bin, 'gateway.cjs'));
