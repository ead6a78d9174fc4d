import type { Plugin } from 'esbuild';

/**
 * What processes of the image never use of a library, but would read, run and keep: libraries in CommonJS come whole,
 * and run when they are loaded. By the name that is asked for.
 */
const replaced: Readonly<Record<string, { readonly importedBy: RegExp; readonly contents: string }>> = {
  // Providers use its pools. fetch, web sockets, caches and mocks are two thirds of it.
  undici: {
    importedBy: /[\\/]packages[\\/]/,
    contents: `exports.Pool = require('undici/lib/dispatcher/pool.js'); exports.errors = require('undici/lib/core/errors.js');`,
  },
  // Bodies are read by read-body.ts within its bounds. Its tables of character sets are half a megabyte.
  'body-parser': {
    importedBy: /[\\/]express[\\/]/,
    contents: `for (const name of ['json', 'raw', 'text', 'urlencoded']) {
      exports[name] = () => { throw new Error('the image has no body-parser'); };
    }`,
  },
  // Content types are written out where answers are: its table of all of them is made when one is looked up.
  'mime-types': {
    importedBy: /[\\/](express|send|type-is|accepts)[\\/]/,
    contents: `for (const name of ['charset', 'contentType', 'extension', 'lookup']) {
      exports[name] = (text) => require('mime-types')[name](text);
    }`,
  },
};

/** An esbuild plugin that leaves it out, or loads it when it is used. */
export const slimLibraries: Plugin = {
  name: 'slim-libraries',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: new RegExp(`^(${Object.keys(replaced).join('|')})$`) }, ({ path, importer, resolveDir }) =>
      replaced[path]?.importedBy.test(importer) === true
        ? { path, namespace: 'slim', pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'slim' }, ({ path, pluginData: resolveDir }) => ({
      contents: replaced[path]?.contents ?? '',
      loader: 'js',
      resolveDir: String(resolveDir),
    }));
  },
};
