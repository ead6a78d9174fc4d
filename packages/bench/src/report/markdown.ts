import { figureNames, figures, type Figure } from '../measures/figures.ts';
import { bounds, isKept } from './bounds.ts';
import { figureOf, type Machine, type Results } from './results.ts';
import type { Spread } from './statistics.ts';

/** The report as Markdown: the machine, the bounds, and a table with bars for each figure. */
export const markdownOf = (results: Results): string =>
  [
    machineText(results.machine),
    '## Contestants',
    ...results.contestants.map(({ name, description }) => `- **${name}**: ${description}`),
    ...Object.entries(results.missing).map(([name, why]) => `- ${name} was not there: ${why}`),
    '',
    '## Bounds',
    boundsTable(results),
    ...figureNames.flatMap((figure) => figureTable(results, figure)),
    '',
  ].join('\n');

const machineText = ({ cpu, cores, memoryGB, kernel, node, versions, commit }: Machine): string =>
  `${cpu}, ${cores} cores, ${memoryGB} GB, ${kernel}, Node ${node}, ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}; commit ${commit}. Medians, with the least and the most of all rounds.\n`;

function boundsTable(results: Results): string {
  const rows = bounds.flatMap((bound) => {
    const measured = bound.measured(results);
    if (measured === undefined) return [];
    const limit = bound.most === undefined ? `≥ ${bound.least}` : `≤ ${bound.most}`;
    return [`| ${bound.what} | ${limit} | ${rangeText(measured)} | ${isKept(bound, measured) ? 'yes' : '**no**'} |`];
  });
  return ['| figure | bound | measured | kept |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function figureTable(results: Results, figure: Figure): readonly string[] {
  const rows = results.contestants.flatMap(({ name }) => {
    const spread = figureOf(results, name, figure);
    return spread === undefined ? [] : [{ name, spread }];
  });
  if (rows.length === 0) return [];
  const { title, unit } = figures[figure];
  const most = Math.max(...rows.map(({ spread }) => spread.median));
  return [
    '',
    `### ${title}`,
    `| | ${unit} | |`,
    '| --- | --- | --- |',
    ...rows.map(({ name, spread }) => `| ${name} | ${rangeText(spread)} | ${bar(spread.median, most)} |`),
  ];
}

const rangeText = ({ median, least, most, rounds }: Spread): string =>
  rounds === 1 ? digits(median) : `${digits(median)} (${digits(least)} – ${digits(most)})`;

/** Three digits that mean something. */
export const digits = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

const widest = 30;

const bar = (value: number, most: number): string =>
  value > 0 && most > 0 ? '█'.repeat(Math.max(1, Math.round((value / most) * widest))) : '';
