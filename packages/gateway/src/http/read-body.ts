import type { IncomingMessage } from 'node:http';
import { freeBytes, GatewayError, type Clock } from '@tollgate/core';
import type { BodyBudget } from './body-budget.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/**
 * Reads a request's body within its bounds of size and time. What it took of `budget` stays taken:
 * the caller gives `body.length` back when the call has ended. After a failure nothing is taken.
 */
export function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
  { budget, clock }: { budget: BodyBudget; clock: Clock },
): Promise<Buffer> {
  // What ended before anybody listened does not say so again.
  if (request.destroyed) return Promise.reject(new ClientLeft());
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limits.maxBytes) return Promise.reject(tooLarge(limits.maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let takenBytes = 0;
    const finish = (settle: () => void): void => {
      cancelTimeout();
      request.off('data', onChunk).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      settle();
    };
    const fail = (error: unknown): void =>
      finish(() => {
        budget.giveBack(takenBytes);
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    const onChunk = (chunk: Buffer): void => {
      if (takenBytes + chunk.length > limits.maxBytes) return fail(tooLarge(limits.maxBytes));
      try {
        budget.take(chunk.length);
      } catch (error) {
        return fail(error);
      }
      takenBytes += chunk.length;
      chunks.push(chunk);
    };
    const onEnd = (): void => finish(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : joined(chunks)));
    const onBroken = (): void => fail(new ClientLeft());
    const cancelTimeout = clock.schedule(limits.timeoutMs, () =>
      fail(
        new GatewayError('body_timeout', {
          message: `The body did not arrive within ${limits.timeoutMs / 1000} s.`,
        }),
      ),
    );
    request.on('data', onChunk).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}

/** As one; the pieces are given back at once, for V8 collects everything whenever bytes outside of its heap have grown enough. */
function joined(chunks: readonly Buffer[]): Buffer {
  const whole = Buffer.concat(chunks);
  for (const chunk of chunks) freeBytes(chunk);
  return whole;
}

/** The client closed its connection before there was anything to answer. */
export class ClientLeft extends Error {
  override readonly name = 'ClientLeft';
}

const tooLarge = (maxBytes: number): GatewayError =>
  new GatewayError('body_too_large', { message: `The body is larger than the ${maxBytes} bytes allowed.` });
