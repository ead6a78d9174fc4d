import type { JsonBody } from './json-body.ts';
import type { LongBytes } from './long-bytes.ts';

/** What the public port serves. Closed: it is a metric label. */
export const endpoints = [
  'chat_completions',
  'responses',
  'stored_responses',
  'messages',
  'count_tokens',
  'completions',
  'embeddings',
  'moderations',
  'images_generations',
  'audio_speech',
  'audio_transcriptions',
  'audio_translations',
  'rerank',
  'models',
  'key',
] as const;
export type Endpoint = (typeof endpoints)[number];

/** Protocols of conversations, each of which can be said in the others. */
export type ConversationProtocol = 'openai_chat' | 'openai_responses' | 'anthropic_messages';

/** Protocols of one endpoint each, whose bytes pass to providers that serve it. */
export type RelayProtocol = Exclude<Endpoint, 'chat_completions' | 'responses' | 'messages' | 'models' | 'key'>;

/** The wire protocol of a request and its answer. */
export type Protocol = ConversationProtocol | RelayProtocol;

/** What can be asked of a response that its provider keeps. */
export type KeptResponseAction = 'get' | 'delete' | 'cancel' | 'input_items';

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
  /** Where there are many of them: the body's bytes as they came. */
  readonly longBody?: LongBytes;
  /** Headers by which a caller chooses a form of Anthropic's protocol, as they came; names in lower case. */
  readonly callerHeaders?: {
    readonly 'anthropic-version'?: string;
    /** Betas, separated by commas. */
    readonly 'anthropic-beta'?: string;
  };
  /** Characters, seconds or searches, where its kind of model may be billed by them. */
  readonly units?: {
    readonly likely: number;
    /** Undefined: nothing bounds them. */
    readonly most: number | undefined;
  };
  /** Bytes of text that are input, where that is not the body. */
  readonly inputTextBytes?: number | undefined;
  /** Items of earlier answers that the provider is to take from what it keeps (Responses API). */
  readonly keptItemIds?: readonly string[];
  /** A response that its provider keeps, which the call goes on from or is about. */
  readonly keptResponse?: {
    readonly id: string;
    readonly action: KeptResponseAction | 'continue';
    /** As it goes on to the provider, without a question mark. */
    readonly query: string;
  };
  /** The answer is bytes as they come (audio), neither JSON nor events. */
  readonly answersInBytes?: true | undefined;
}

/** Bytes by which the input's tokens are estimated. */
export const inputBytes = ({ inputTextBytes, body }: Call): number => inputTextBytes ?? body.byteLength;

export const isConversation = (protocol: Protocol): protocol is ConversationProtocol =>
  protocol === 'openai_chat' || protocol === 'openai_responses' || protocol === 'anthropic_messages';
