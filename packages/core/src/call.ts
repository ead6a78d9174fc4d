import type { JsonBody } from './json-body.ts';

/** What the public port serves. Closed: it is a metric label. */
export const endpoints = ['chat_completions', 'responses', 'messages', 'models', 'key'] as const;
export type Endpoint = (typeof endpoints)[number];

/** The wire protocol of a request and its answer. */
export type Protocol = 'openai_chat' | 'openai_responses' | 'anthropic_messages';

/** The request after it was read: what admission, routing and translation need to know. */
export interface Call {
  readonly endpoint: Endpoint;
  readonly protocol: Protocol;
  /** As the caller named it. */
  readonly model: string;
  readonly stream: boolean;
  /** Whether the caller asked for usage in the stream; it is always asked of the provider. */
  readonly wantsStreamUsage: boolean;
  /** How many answers were asked for (`n`). */
  readonly choices: number;
  /** The largest of all fields that cap the output, in tokens an answer. */
  readonly outputCapTokens: number | undefined;
  /** As asked for: it has prices of its own. */
  readonly serviceTier: string | undefined;
  readonly body: JsonBody;
  /** Headers by which a caller chooses a form of Anthropic's protocol, as they came; names in lower case. */
  readonly callerHeaders?: {
    readonly 'anthropic-version'?: string;
    /** Betas, separated by commas. */
    readonly 'anthropic-beta'?: string;
  };
}
