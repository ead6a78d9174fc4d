import type { Call } from './call.ts';
import type { AttemptError } from './errors/attempt-error.ts';
import type { NanoUsd } from './money.ts';
import type { Credential, Target } from './route.ts';
import type { Usage } from './usage.ts';

/** One attempt, as a provider is asked for it. */
export interface ProviderRequest {
  readonly call: Call;
  readonly target: Target;
  readonly credential: Credential;
  /** Replaces the call's own cap where set. */
  readonly outputCapTokens: number | undefined;
  readonly connectTimeoutMs: number;
  readonly requestId: string;
  readonly traceparent: string | undefined;
}

/** What is known of an answer so far; every exit path reads it, so that nothing produced goes uncharged. */
export interface AnswerProgress {
  readonly httpStatus: number | undefined;
  /** As the provider named it. */
  readonly contentType?: string | undefined;
  /** The request's last byte was handed to the socket: from here on the provider may charge. */
  readonly requestSent: boolean;
  /** True from the first event with content; comments, pings and lifecycle events do not count. */
  readonly contentSeen: boolean;
  /** The provider said how the answer ended (finish reason, terminal event). */
  readonly finishReason: string | undefined;
  /** The last usage that the provider reported. Undefined is unknown; zero is zero. */
  readonly usage: Usage | undefined;
  /** Input quantities that were reported ahead of the output (Anthropic's message_start); `usage` replaces it. */
  readonly inputUsage?: Usage | undefined;
  /** What the provider says it charged (OpenRouter's `usage.cost`). */
  readonly reportedCostNanoUsd: NanoUsd | undefined;
  /** UTF-8 bytes of text, reasoning and tool arguments produced, to estimate by where usage never came. */
  readonly contentBytes: number;
  readonly providerRequestId: string | undefined;
  /** Fields of the call that had no counterpart at this provider and were left out. */
  readonly droppedFields: readonly string[];
  /** The model that the provider says answered. */
  readonly answeredModel: string | undefined;
  /** The service tier that the provider says it served: `default`, `flex`, `priority` and so on. Prices go by it. */
  readonly serviceTier: string | undefined;
  /** The provider's id of an answer that it keeps and that can be asked for again (Responses API). */
  readonly answerId?: string | undefined;
  /** The provider's ids of what such an answer is made of, as far as they have come. */
  readonly answerItemIds?: readonly string[] | undefined;
}

/**
 * Receives one attempt's answer, already in the caller's protocol, push by push.
 * Exactly one of `onEnd` and `onFailure` is called, last, and once; after `abort` it is `onFailure('aborted')`.
 */
export interface AnswerReceiver {
  /**
   * Bytes for the caller. Empty ones say that something came which is nothing for them (a ping, an event
   * held back by translation): the provider is alive. All that arrived together comes together.
   */
  onBytes(bytes: Buffer, progress: AnswerProgress): void;
  /** The answer is whole: all events, the terminal one included, were handed on. */
  onEnd(progress: AnswerProgress): void;
  onFailure(error: AttemptError, progress: AnswerProgress): void;
}

/** An attempt under way. */
export interface Attempt {
  /** Stops reading from the provider's socket until `resume`: back-pressure. */
  pause(): void;
  resume(): void;
  /** Ends the connection at once. */
  abort(): void;
  readonly progress: AnswerProgress;
}

/**
 * A provider: translates, sends and reads; never retries, never counts. `send` throws nothing, and
 * the receiver hears nothing before it has returned.
 */
export interface Provider {
  readonly name: string;
  send(request: ProviderRequest, receiver: AnswerReceiver): Attempt;
}
