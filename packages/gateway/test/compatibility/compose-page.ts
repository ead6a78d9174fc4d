import { chatProtocol } from './chat-features.ts';
import { differences } from './differences.ts';
import type { Feature, InboundProtocol } from './feature.ts';
import { messagesProtocol } from './messages-features.ts';
import { probeFeature, type Finding, type Probe } from './probe-feature.ts';
import { probedKinds } from './provider-kinds.ts';
import { responsesProtocol } from './responses-features.ts';

export const inboundProtocols: readonly InboundProtocol[] = [chatProtocol, responsesProtocol, messagesProtocol];

/** What became of a feature, asked for whole, and as a stream where that could matter. */
export interface Row {
  readonly feature: string;
  readonly cells: readonly { readonly kind: string; readonly whole: Finding; readonly streamed: Finding | undefined }[];
}

/** Every feature of a protocol against every kind of provider. */
export async function probeProtocol(probe: Probe, inbound: InboundProtocol): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const feature of inbound.features) {
    const cells = [];
    for (const kind of probedKinds) {
      const asked = { inbound, feature, kind };
      const whole = await probeFeature(probe, { ...asked, stream: false });
      const streamed = answers(feature) ? await probeFeature(probe, { ...asked, stream: true }) : undefined;
      cells.push({ kind: kind.kind, whole, streamed });
    }
    rows.push({ feature: feature.name, cells });
  }
  return rows;
}

/** A stream is asked for in the same words: only what comes back can differ. */
const answers = ({ answered, streamed }: Feature): boolean => answered !== undefined || streamed !== undefined;

const introduction = `# What is kept between protocols

Written by \`npm run generate\` from what the tests saw: each feature was asked for through a gateway, whole and as a stream, with the
[simulator](simulator.md) as the provider, and looked for in what reached it and in what came back.

- **kept**: the provider speaks the caller's protocol and got the members as they came.
- **mapped**: it got the same in other words, because it or its model speaks another protocol or has another name for it.
- **dropped**: the answer is as useful without it, so it was left out, and \`x-tollgate-dropped\` names it.
- **refused**: it has no counterpart there. A 400 says so before the provider is asked and costs nothing.
- **provider refuses**: it is passed on, and the provider or that model does not take it; its own 400 comes back.
- **provider ignores**: it is passed on, and the provider's own answer has nothing of it.

What is kept is passed byte by byte but for the model's name, so members that are not listed here reach such a provider too. \`azure\` is
its v1 API here; where its API is a dated one, Responses are mapped to chat completions. Which endpoints there are: [api.md](api.md). The shapes of errors: [errors.md](errors.md).
`;

/** The text of docs/compatibility.md, before it is formatted. */
export function composePage(tables: ReadonlyMap<InboundProtocol, readonly Row[]>): string {
  return [introduction, ...Array.from(tables, ([inbound, rows]) => section(inbound, rows)), sdkSection()].join('\n');
}

const sdkIntroduction = `## What official SDKs get otherwise

The SDKs of OpenAI and Anthropic were called at every endpoint, whole and as a stream, at a provider of each kind directly and through a gateway.
What the provider gives in the SDK's protocol comes out as it came, but for:
`;

const sdkNotes = [
  'Ids, times and signatures are new in each answer. Headers are those of [api.md](api.md), the request id among them.',
  'In another protocol than the provider speaks, text, calls of tools, the reason for the end and tokens are what the provider says of them directly.',
  'An endpoint that the provider has not is its own 404 directly, and 400 `endpoint_not_served` here. What else the SDKs have is not in [api.md](api.md): 404, or 405 where the path has another method.',
];

function sdkSection(): string {
  const rows = differences.map(({ where, directly, through }) => [where, directly, through]);
  const table = layTable(['where', 'directly', 'through Tollgate'], rows);
  return `${sdkIntroduction}\n${table}\n\n${sdkNotes.map((note) => `- ${note}`).join('\n')}\n`;
}

function section(inbound: InboundProtocol, rows: readonly Row[]): string {
  const head = [`at \`${inbound.path}\``, ...probedKinds.map(({ kind }) => `\`${kind}\``)];
  const table = layTable(
    head,
    rows.map(({ feature, cells }) => [feature, ...cells.map(cellText)]),
  );
  const notes = [...inbound.notes, ...droppedNotes(rows)].map((note) => `- ${note}`);
  return `## ${inbound.title}\n\n${table}\n\n${notes.join('\n')}\n`;
}

const cellText = ({ whole, streamed }: Row['cells'][number]): string =>
  streamed === undefined || whole.fate === streamed.fate ? whole.fate : `${whole.fate}; streamed: ${streamed.fate}`;

/** The names that stood in `x-tollgate-dropped`, by kind of provider. */
const droppedNotes = (rows: readonly Row[]): readonly string[] =>
  probedKinds.flatMap(({ kind }) => {
    const cells = rows.flatMap((row) => row.cells).filter((cell) => cell.kind === kind);
    const names = new Set(cells.flatMap(({ whole, streamed }) => [...whole.dropped, ...(streamed?.dropped ?? [])]));
    const listed = [...names].toSorted().map((name) => `\`${name}\``);
    return listed.length === 0 ? [] : [`Named as dropped with \`${kind}\`: ${listed.join(', ')}.`];
  });

/** A table with columns of one width, as the formatter leaves it. */
function layTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
