import { GatewayError, type AttemptError, type Clock } from '@tollgate/core';
import type { Answer } from '@tollgate/upstream';
import type { StreamKeepAlive } from '../http/keep-alive.ts';
import { endStreamWithError } from '../http/event-stream.ts';
import type { Answered } from './call-provider.ts';

export interface RelayParts {
  readonly clock: Clock;
  /** A client that takes nothing for so long is let go. */
  readonly stalledClientMs: number;
  /** Whether the provider's answer is read to its end, for its usage, after the client has left. */
  readonly drains: (provider: string) => boolean;
}

/** How a stream ended once its first content was out. */
export interface RelayEnd {
  readonly outcome: 'completed' | 'cut' | 'aborted';
  readonly error: GatewayError | undefined;
}

/**
 * Moves what follows the first content from the provider to the client: push by push, with back-pressure
 * both ways. Ends with the provider, with the client, or when this node ends the call; whichever is first
 * counts, and what comes after it is ignored.
 */
export function relayStream(
  { stage, upstream }: Answered,
  keepAlive: StreamKeepAlive | undefined,
  parts: RelayParts,
): Promise<RelayEnd> {
  const { response } = stage;
  const { signal } = stage.ended;
  const { answer } = upstream;
  return new Promise((resolve) => {
    let over = false;
    let clientLeft = false;
    let cancelStalled = (): void => undefined;

    const finish = (outcome: RelayEnd['outcome'], error?: GatewayError): void => {
      over = true;
      cancelStalled();
      signal.removeEventListener('abort', onEnded);
      response.off('drain', onDrain);
      resolve({ outcome, error });
    };
    const onDrain = (): void => {
      cancelStalled();
      answer.resume();
    };
    const onEnded = (): void => {
      const reason: unknown = signal.reason;
      if (reason instanceof GatewayError) {
        finish('aborted', reason);
        endStreamWithError(response, reason);
        return answer.abort();
      }
      clientLeft = true;
      cancelStalled();
      if (parts.drains(upstream.target.provider)) return answer.resume();
      finish('aborted');
      answer.abort();
    };

    signal.addEventListener('abort', onEnded);
    response.on('drain', onDrain);
    answer.relay({
      write: (bytes) => {
        if (clientLeft) return true;
        keepAlive?.touch();
        const roomy = response.write(bytes);
        if (!roomy) cancelStalled = parts.clock.schedule(parts.stalledClientMs, () => response.destroy());
        return roomy;
      },
      end: () => {
        if (over) return;
        if (!clientLeft) response.end();
        finish(clientLeft ? 'aborted' : 'completed');
      },
      fail: (error) => {
        if (over) return;
        if (clientLeft) return finish('aborted');
        const cut = cutError(error, answer);
        finish('cut', cut);
        endStreamWithError(response, cut);
      },
    });
    if (signal.aborted) onEnded();
  });
}

const cutError = (error: AttemptError, answer: Answer): GatewayError =>
  new GatewayError('upstream_cut', {
    message: `The provider broke off after ${answer.progress.contentBytes} bytes of content (${error.code}).`,
    cause: error,
  });
