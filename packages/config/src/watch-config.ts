import { readFileSync } from 'node:fs';
import type { Clock } from '@tollgate/core';
import type { ConfigSource } from './check-config.ts';
import type { Config } from './config.ts';
import { loadConfig } from './load-config.ts';
import { ConfigError } from './problem.ts';

/** What `process` does. */
export interface SignalSource {
  on(signal: 'SIGHUP', listener: () => void): unknown;
  off(signal: 'SIGHUP', listener: () => void): unknown;
}

export interface WatchOptions extends ConfigSource {
  readonly clock: Clock;
  readonly signalSource: SignalSource;
  readonly onChange: (config: Config) => void;
  /** The new file is bad; what was loaded before stays in force. */
  readonly onRefused: (error: ConfigError) => void;
}

export interface ConfigWatch {
  stop(): void;
}

/** How often the file is looked at. */
const pollMs = 500;

/**
 * Loads the file again on SIGHUP and once its text has changed. It looks at the file instead of asking the
 * kernel to be told: that also sees files that are replaced by renaming, swapped behind a symbolic link
 * (Kubernetes) or mounted from another machine. A change is taken up when two looks in a row agree, so
 * that a file which is still being written is left alone.
 */
export function watchConfig(options: WatchOptions): ConfigWatch {
  let loaded = readText(options.path);
  let seen = loaded;
  let cancel = (): void => undefined;

  const reload = (text: string | undefined): void => {
    loaded = text;
    const result = tryLoad(options);
    if (result instanceof ConfigError) options.onRefused(result);
    else options.onChange(result);
  };
  const look = (): void => {
    const text = readText(options.path);
    if (text === seen && text !== loaded) reload(text);
    seen = text;
    cancel = options.clock.schedule(pollMs, look);
  };
  const onSignal = (): void => reload(readText(options.path));

  options.signalSource.on('SIGHUP', onSignal);
  cancel = options.clock.schedule(pollMs, look);
  return {
    stop: () => {
      options.signalSource.off('SIGHUP', onSignal);
      cancel();
    },
  };
}

function tryLoad(source: ConfigSource): Config | ConfigError {
  try {
    return loadConfig(source);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** Undefined while there is no such file. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
