import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { constants, Script } from 'node:vm';

/** A bundle in CommonJS, and what V8 made of it lies beside it, where it was exercised when the image was built. */
export interface CompiledScript {
  /** V8 took what lies beside it. */
  readonly isCompiled: boolean;
  /** Runs it; what it exports. */
  run(): unknown;
  /** Writes down what V8 has compiled by now, for the next start. */
  keep(): void;
}

/** What stands around a bundle, so that it is a function of what CommonJS gives a module. */
export const wrapper = { head: '(function (exports, require, module, __filename, __dirname) {', tail: '\n})' };

/**
 * Half of what a start costs is compiling what the start itself runs. Node's own compile cache is made before a script
 * has run and knows none of the functions in it. Made by another V8, or with other flags, it is refused and does no harm.
 */
export function readScript(path: string): CompiledScript {
  const script = new Script(readFileSync(path, 'latin1'), {
    filename: path,
    cachedData: readIfThere(cachePathOf(path)),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return {
    isCompiled: script.cachedDataRejected === false,
    run: () => {
      const module: { exports: unknown } = { exports: {} };
      script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
      return module.exports;
    },
    keep: () => writeFileSync(cachePathOf(path), script.createCachedData()),
  };
}

const cachePathOf = (path: string): string => `${path}.cache`;

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
