import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './checks/check.ts';

export interface Report {
  readonly seed: number;
  readonly isShort: boolean;
  readonly without: string | undefined;
  readonly startedAt: string;
  readonly tookSeconds: number;
  readonly checks: readonly Check[];
  /** What was done, in order. */
  readonly story: readonly string[];
  /** How many answers of each kind the callers had. */
  readonly answers: Readonly<Record<string, number>>;
}

export function writeReport(directory: string, report: Report): string {
  const path = join(directory, report.without === undefined ? 'report' : `without-${report.without}`);
  writeFileSync(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${path}.md`, asMarkdown(report));
  return `${path}.md`;
}

const asMarkdown = ({ seed, isShort, without, startedAt, tookSeconds, checks, story, answers }: Report): string =>
  [
    `# Chaos, seed ${seed}${isShort ? ', short' : ''}${without === undefined ? '' : `, without ${without}`}`,
    '',
    `Begun ${startedAt}, took ${tookSeconds} s. ${failed(checks).length === 0 ? 'Everything held.' : `FAILED: ${failed(checks).join(', ')}.`}`,
    '',
    ...checks.flatMap(describeCheck),
    '## What callers were answered',
    '',
    ...Object.entries(answers).map(([answer, count]) => `- ${answer}: ${count}`),
    '',
    '## What was done',
    '',
    ...story.map((line) => `- ${line}`),
    '',
  ].join('\n');

export const failed = (checks: readonly Check[]): readonly string[] =>
  checks.filter(({ passed }) => !passed).map(({ name }) => name);

const describeCheck = ({ name, claim, passed, figures, findings }: Check): readonly string[] => [
  `## ${passed ? 'ok' : 'FAILED'}: ${name}`,
  '',
  claim,
  '',
  ...Object.entries(figures).map(([figure, value]) => `- ${figure}: ${value}`),
  ...findings.map((finding) => `- **${finding}**`),
  '',
];
