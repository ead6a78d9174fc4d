import { createHash } from 'node:crypto';
import type { Usage } from '@tollgate/core';
import type { PromptPiece } from '../call/ask.ts';

export type CachedInput = Pick<Usage, 'inputUncached' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'>;

/**
 * - `marked`: prompts are cached up to where the request says so, and writing is counted (Anthropic).
 * - `automatic`: long prompts that begin alike are read from cache, in steps of 128 tokens (OpenAI).
 */
export type CachingStyle = 'marked' | 'automatic' | 'none';

const automaticMinimumTokens = 1024;
const automaticStepTokens = 128;

/** Remembers the beginnings of prompts, the latest `capacity` of them. Entries do not age. */
export class PromptCache {
  readonly #known = new Set<string>();
  readonly #capacity: number;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** How the prompt's tokens count, and what is cached from now on. `scope` keeps accounts and models apart. */
  read(scope: string, prompt: readonly PromptPiece[], style: CachingStyle): CachedInput {
    const total = prompt.reduce((tokens, piece) => tokens + piece.tokens, 0);
    const uncached = { inputUncached: total, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
    if (style === 'none') return uncached;
    if (style === 'marked') {
      return prompt.some((piece) => piece.cacheFor !== undefined) ? this.#readMarked(scope, prompt) : uncached;
    }
    return total >= automaticMinimumTokens ? this.#readAutomatic(scope, prompt) : uncached;
  }

  #readMarked(scope: string, prompt: readonly PromptPiece[]): CachedInput {
    const prefixes = prefixesOf(scope, prompt);
    const marked = prefixes.filter(({ cacheFor }) => cacheFor !== undefined);
    const total = prefixes.at(-1)?.tokens ?? 0;
    const cacheRead = marked.findLast(({ hash }) => this.#known.has(hash))?.tokens ?? 0;
    let covered = cacheRead;
    const written = { '5m': 0, '1h': 0 };
    for (const { cacheFor, tokens } of marked) {
      if (cacheFor === undefined || tokens <= covered) continue;
      written[cacheFor] += tokens - covered;
      covered = tokens;
    }
    for (const { hash } of marked) this.#remember(hash);
    return { inputUncached: total - covered, cacheRead, cacheWrite5m: written['5m'], cacheWrite1h: written['1h'] };
  }

  #readAutomatic(scope: string, prompt: readonly PromptPiece[]): CachedInput {
    const prefixes = prefixesOf(scope, prompt);
    const total = prefixes.at(-1)?.tokens ?? 0;
    const shared = prefixes.findLast(({ hash }) => this.#known.has(hash))?.tokens ?? 0;
    for (const { hash } of prefixes) this.#remember(hash);
    const cacheRead = shared < automaticMinimumTokens ? 0 : shared - (shared % automaticStepTokens);
    return { inputUncached: total - cacheRead, cacheRead, cacheWrite5m: 0, cacheWrite1h: 0 };
  }

  #remember(hash: string): void {
    this.#known.delete(hash);
    this.#known.add(hash);
    if (this.#known.size <= this.#capacity) return;
    for (const oldest of this.#known) {
      this.#known.delete(oldest);
      return;
    }
  }
}

interface Prefix {
  readonly hash: string;
  readonly tokens: number;
  readonly cacheFor: PromptPiece['cacheFor'];
}

function prefixesOf(scope: string, prompt: readonly PromptPiece[]): readonly Prefix[] {
  let hash = scope;
  let tokens = 0;
  return prompt.map((piece) => {
    hash = createHash('sha256').update(hash).update('\0').update(piece.text).digest('base64');
    tokens += piece.tokens;
    return { hash, tokens, cacheFor: piece.cacheFor };
  });
}
