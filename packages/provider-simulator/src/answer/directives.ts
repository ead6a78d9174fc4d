/** What a prompt asks of the simulator itself, written as `[[name]]` or `[[name:text]]` in the last user message. */
export interface Directives {
  readonly say: string | undefined;
  readonly words: number | undefined;
  readonly think: string | undefined;
  readonly redact: boolean;
  readonly tools: readonly string[];
  readonly refuse: boolean;
  /** Whether the provider's own filter, where it has one, lets no model see the prompt. */
  readonly block: boolean;
  readonly empty: boolean;
  readonly finish: string | undefined;
  readonly fault: string | undefined;
  readonly pace: string | undefined;
  /** The user's text without the directives. */
  readonly rest: string;
}

/** Every directive, and what it does; docs/simulator.md lists them. */
export const directiveNames = [
  'say',
  'words',
  'think',
  'redact',
  'tool',
  'refuse',
  'block',
  'empty',
  'finish',
  'fault',
  'pace',
] as const;

const pattern = new RegExp(`\\[\\[(${directiveNames.join('|')})(?::(.*?))?\\]\\]`, 'gs');
const maxWords = 1_000_000;

export function readDirectives(userText: string): Directives {
  const found = [...userText.matchAll(pattern)].map(([, name = '', text = '']) => ({ name, text }));
  const last = (name: string): string | undefined => found.findLast((directive) => directive.name === name)?.text;
  const words = last('words');
  return {
    say: last('say'),
    words: words === undefined ? undefined : Math.min(Number.parseInt(words, 10) || 0, maxWords),
    think: last('think'),
    redact: last('redact') !== undefined,
    tools: found.filter(({ name }) => name === 'tool').map(({ text }) => text),
    refuse: last('refuse') !== undefined,
    block: last('block') !== undefined,
    empty: last('empty') !== undefined,
    finish: last('finish'),
    fault: last('fault'),
    pace: last('pace'),
    rest: userText.replace(pattern, '').trim(),
  };
}
