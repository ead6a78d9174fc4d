import type { JsonObject } from '@tollgate/core';

/** What this folder writes of Anthropic's Messages API (anthropic-sdk-typescript, `resources/messages`). */

export interface CacheControl {
  readonly type: 'ephemeral';
  readonly ttl?: '5m' | '1h';
}

interface Cacheable {
  readonly cache_control?: CacheControl;
}

export interface TextBlock extends Cacheable {
  readonly type: 'text';
  readonly text: string;
}

export type ImageMediaType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';

export interface ImageBlock extends Cacheable {
  readonly type: 'image';
  readonly source:
    | { readonly type: 'base64'; readonly media_type: ImageMediaType; readonly data: string }
    | { readonly type: 'url'; readonly url: string };
}

export interface DocumentBlock extends Cacheable {
  readonly type: 'document';
  readonly source:
    | { readonly type: 'base64'; readonly media_type: 'application/pdf'; readonly data: string }
    | { readonly type: 'text'; readonly media_type: 'text/plain'; readonly data: string }
    | { readonly type: 'url'; readonly url: string };
  readonly title?: string;
  readonly context?: string;
  readonly citations?: { readonly enabled: true };
}

export type InputBlock = TextBlock | ImageBlock | DocumentBlock;

export interface ToolUseBlock extends Cacheable {
  readonly type: 'tool_use';
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

export interface ToolResultBlock extends Cacheable {
  readonly type: 'tool_result';
  readonly tool_use_id: string;
  /** Absent where the tool returned nothing. */
  readonly content?: readonly InputBlock[];
  readonly is_error?: true;
}

export type ThinkingBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string };

export type Block = InputBlock | ToolUseBlock | ToolResultBlock | ThinkingBlock;

export interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: readonly Block[];
}

export interface Tool extends Cacheable {
  readonly name: string;
  readonly description?: string;
  readonly input_schema: JsonObject;
  readonly strict?: true;
}

export type ToolChoice =
  | { readonly type: 'none' }
  | { readonly type: 'auto' | 'any'; readonly disable_parallel_tool_use?: true }
  | { readonly type: 'tool'; readonly name: string; readonly disable_parallel_tool_use?: true };

export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export type Thinking =
  | { readonly type: 'enabled'; readonly budget_tokens: number }
  | { readonly type: 'adaptive'; readonly display?: 'summarized' }
  | { readonly type: 'disabled' | 'between_tools' };

/** The body of `POST /v1/messages`. */
export interface MessagesRequest extends Cacheable {
  readonly model: string;
  readonly max_tokens: number;
  readonly messages: readonly Turn[];
  readonly system?: readonly TextBlock[];
  readonly stream?: true;
  readonly stop_sequences?: readonly string[];
  readonly temperature?: number;
  readonly top_p?: number;
  readonly top_k?: number;
  readonly tools?: readonly Tool[];
  readonly tool_choice?: ToolChoice;
  readonly thinking?: Thinking;
  readonly output_config?: {
    readonly effort?: Effort;
    readonly format?: { readonly type: 'json_schema'; readonly schema: JsonObject };
  };
  readonly metadata?: { readonly user_id: string };
  readonly service_tier?: 'auto' | 'standard_only';
}
