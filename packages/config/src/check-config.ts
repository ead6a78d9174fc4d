import { readFileSync } from 'node:fs';
import { Secret } from '@tollgate/core';
import { buildConfig } from './build/build-config.ts';
import { createReport } from './build/report.ts';
import type { Config } from './config.ts';
import { textOf, type Variables } from './environment/read-variable.ts';
import { readDocument } from './file/read-document.ts';
import { byLine, type Problem } from './problem.ts';
import { validateFile } from './schema/validate-file.ts';

export interface CheckedConfig {
  /** Undefined where there are problems. */
  readonly config: Config | undefined;
  /** What stops the start; by line. */
  readonly problems: readonly Problem[];
  /** What an operator should know; by line. */
  readonly notes: readonly Problem[];
}

/** Where config.yaml is, and the `process.env` that its `${NAME}` read. */
export interface ConfigSource {
  readonly path: string;
  readonly environment: Variables;
}

/** Reads and checks the file without stopping at the first problem. Throws nothing. */
export function checkConfig({ path, environment }: ConfigSource): CheckedConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const message = `cannot be read (${reason}): name the file with TOLLGATE_CONFIG`;
    return { config: undefined, problems: [{ path: '', line: undefined, message }], notes: [] };
  }
  return checkConfigText(text, environment);
}

/** The same for text that was read already. */
export function checkConfigText(text: string, environment: Variables): CheckedConfig {
  const read = readDocument(text, environment);
  if (read.kind === 'failed') return { config: undefined, problems: read.problems, notes: [] };
  const validated = validateFile(read.document);
  if (validated.kind === 'invalid') return { config: undefined, problems: byLine(validated.problems), notes: [] };
  const report = createReport(read.document);
  const redisUrl = textOf(environment, 'REDIS_URL');
  const config = buildConfig(validated.file, redisUrl === undefined ? undefined : new Secret(redisUrl), report);
  const problems = byLine(report.problems);
  return { config: problems.length === 0 ? config : undefined, problems, notes: byLine(report.notes) };
}
