import type { Effort } from './wire.ts';

/** What a family of models accepts. Anthropic refuses the whole request for a field that the model does not know. */
export interface ModelCapabilities {
  /** The largest `max_tokens`; undefined where the model is none we know. */
  readonly maxOutputTokens: number | undefined;
  /** How thinking is asked for: a token budget, by effort (`adaptive`), either, or not at all. */
  readonly thinking: 'none' | 'budget' | 'either' | 'adaptive';
  /**
   * What turns thinking off: it is off unless asked for (`omit`), a value of `thinking.type`, or
   * nothing (`never`).
   */
  readonly thinkingOff: 'omit' | 'disabled' | 'between_tools' | 'never';
  /** Levels of `output_config.effort`, ascending. */
  readonly efforts: readonly Effort[];
  /** Whether temperature, top_p and top_k may differ from their defaults. */
  readonly sampling: boolean;
  /** Whether tool_choice may be `any` or `tool`. */
  readonly forcedTools: boolean;
  /** Whether a turn may have the role system. */
  readonly systemTurns: boolean;
  /** Whether a last turn of the assistant is continued. */
  readonly prefill: boolean;
  /** Whether `output_config.format` and strict tools are known. */
  readonly structuredOutput: boolean;
}

/** Any server that speaks the protocol with a model that is not Claude: nothing is held back but what it may not know. */
const otherModel: ModelCapabilities = {
  maxOutputTokens: undefined,
  thinking: 'budget',
  thinkingOff: 'omit',
  efforts: [],
  sampling: true,
  forcedTools: true,
  systemTurns: false,
  prefill: true,
  structuredOutput: true,
};

const claude3: ModelCapabilities = {
  ...otherModel,
  maxOutputTokens: 4096,
  thinking: 'none',
  structuredOutput: false,
};
const claude35: ModelCapabilities = { ...claude3, maxOutputTokens: 8192 };
const claude37: ModelCapabilities = { ...claude3, maxOutputTokens: 64_000, thinking: 'budget' };
const opus40: ModelCapabilities = { ...claude37, maxOutputTokens: 32_000 };
const opus41: ModelCapabilities = { ...opus40, structuredOutput: true };
const claude45: ModelCapabilities = { ...claude37, structuredOutput: true };
const sonnet46: ModelCapabilities = {
  ...claude45,
  thinking: 'either',
  efforts: ['low', 'medium', 'high', 'max'],
  prefill: false,
};
const opus46: ModelCapabilities = { ...sonnet46, maxOutputTokens: 128_000 };
const opus47: ModelCapabilities = {
  ...opus46,
  thinking: 'adaptive',
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  sampling: false,
};
const opus48: ModelCapabilities = { ...opus47, systemTurns: true };
const opus5: ModelCapabilities = { ...opus48, thinkingOff: 'disabled' };
const sonnet5: ModelCapabilities = { ...opus5, systemTurns: false };
const fable5: ModelCapabilities = { ...opus48, thinkingOff: 'never' };
const fable51: ModelCapabilities = { ...fable5, forcedTools: false };
const sonnet55: ModelCapabilities = { ...opus48, thinkingOff: 'between_tools', forcedTools: false };

/**
 * By the name's beginning, the longest match first. Sources: platform.claude.com, model pages and
 * migration guides of Opus 4.6 to Haiku 5.5, read in November 2026.
 */
const families: readonly (readonly [prefix: string, capabilities: ModelCapabilities])[] = [
  ['claude-3-5', claude35],
  ['claude-3-7', claude37],
  ['claude-3', claude3],
  ['claude-opus-4-1', opus41],
  ['claude-opus-4-5', claude45],
  ['claude-opus-4-6', opus46],
  ['claude-opus-4-7', opus47],
  ['claude-opus-4-8', opus48],
  ['claude-opus-4', opus40],
  ['claude-opus-5-5', fable51],
  ['claude-opus-5', opus5],
  ['claude-sonnet-4-5', claude45],
  ['claude-sonnet-4-6', sonnet46],
  ['claude-sonnet-4', claude37],
  ['claude-sonnet-5-5', sonnet55],
  ['claude-sonnet-5', sonnet5],
  ['claude-haiku-4-5', claude45],
  ['claude-haiku-5-5', opus5],
  ['claude-fable-5-1', fable51],
  ['claude-fable-5', fable5],
  ['claude-mythos-5-1', fable51],
  ['claude-mythos-5', fable5],
  // A Claude newer than this table most likely accepts no more than the newest one here.
  ['claude-', fable51],
];

/** Capabilities by the provider's model name, dated or not, behind a path or `anthropic.` prefix or not. */
export function modelCapabilities(providerModel: string): ModelCapabilities {
  const start = providerModel.indexOf('claude-');
  if (start === -1) return otherModel;
  const name = providerModel.slice(start).replaceAll('.', '-');
  return families.find(([prefix]) => name.startsWith(prefix))?.[1] ?? otherModel;
}

/** Whether both names mean the same model: a dated snapshot is the model of its alias. */
export const isSameModel = (a: string, b: string): boolean => withoutDate(a) === withoutDate(b);

const withoutDate = (model: string): string => model.replace(/-(\d{8}|latest)$/, '');
