import { request, type Agent, type IncomingMessage } from 'node:http';
import type { FuzzedCall } from './next-call.ts';

export interface Answer {
  readonly status: number;
  readonly requestId: string;
  readonly text: string;
  /** The connection ended before the answer did. */
  readonly brokenOff: boolean;
}

/** Longest that any answer may take; every time limit of the gateway's is far below it. */
const hangMs = 30_000;

/** Sends it by connections that are the caller's to close. Rejects where no answer begins, or none ends in time. */
export function sendCall(call: FuzzedCall, to: { url: string; key: string; agent: Agent }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(to.url + call.path, {
      method: call.method,
      agent: to.agent,
      headers: {
        authorization: `Bearer ${to.key}`,
        'content-type': call.contentType,
        'content-length': call.body.length,
      },
    });
    sent.setTimeout(hangMs, () => sent.destroy(new Error(`${call.path} was not answered within ${hangMs} ms`)));
    sent.once('error', reject);
    sent.once('response', (answer) => {
      if (call.leaves) answer.once('data', () => sent.destroy());
      resolve(read(answer));
    });
    sent.end(call.body);
  });
}

async function read(answer: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  answer.on('data', (piece: Buffer) => pieces.push(piece));
  answer.on('error', () => undefined);
  await new Promise((resolve) => answer.once('close', resolve));
  return {
    status: answer.statusCode ?? 0,
    requestId: String(answer.headers['x-request-id']),
    text: Buffer.concat(pieces).toString('utf8'),
    brokenOff: !answer.complete,
  };
}
