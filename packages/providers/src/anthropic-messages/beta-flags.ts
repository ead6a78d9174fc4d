import type { Call } from '@tollgate/core';

const defaultVersion = '2023-06-01';
const versionShape = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Betas that change what the wire says and nothing else, by their names without date. Left out are those that cost
 * what nothing here bounds or prices (context-1m, fast-mode, code-execution, advisor-tool, compact), that let others
 * answer (server-side-fallback), and that refer to things kept at the provider (files-api, skills, mcp-client).
 * Source: `AnthropicBeta` of anthropic-sdk-typescript, and what Claude Code sends.
 */
const wireBetas: ReadonlySet<string> = new Set([
  'advanced-tool-use',
  'claude-code',
  'computer-use',
  'context-management',
  'effort',
  'extended-cache-ttl',
  'fine-grained-tool-streaming',
  'interleaved-thinking',
  'mid-conversation-output-config',
  'mid-conversation-system-clear-at',
  'mid-conversation-tool-changes',
  'model-context-window-exceeded',
  'output-128k',
  'output-300k',
  'pdfs',
  'prompt-caching',
  'prompt-caching-scope',
  'structured-outputs',
  'task-budgets',
  'thinking-binding-controls',
  'thinking-display-updates',
  'thinking-token-count',
  'token-counting',
  'token-efficient-tools',
  'tool-examples',
  'tool-search-tool',
]);

export interface ProtocolHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** Betas that were left out, each as `anthropic-beta: <name>`. */
  readonly dropped: readonly string[];
}

/** `anthropic-version` and `anthropic-beta` as they may leave. */
export function protocolHeaders({ callerHeaders }: Call): ProtocolHeaders {
  const version = callerHeaders?.['anthropic-version'] ?? defaultVersion;
  const betas = (callerHeaders?.['anthropic-beta'] ?? '')
    .split(',')
    .map((beta) => beta.trim())
    .filter((beta) => beta !== '');
  const sent = betas.filter(isWireBeta);
  return {
    headers: {
      'anthropic-version': versionShape.test(version) ? version : defaultVersion,
      ...(sent.length === 0 ? {} : { 'anthropic-beta': sent.join(',') }),
    },
    dropped: betas.filter((beta) => !isWireBeta(beta)).map((beta) => `anthropic-beta: ${printable(beta)}`),
  };
}

const isWireBeta = (beta: string): boolean => wireBetas.has(beta.replace(/-\d{4}-\d{2}-\d{2}$|-\d{8}$/, ''));

/** It becomes part of a header of the answer. */
const printable = (beta: string): string => beta.replace(/[^a-zA-Z0-9._-]/g, '_').slice(0, 64);
