import { Agent, request, type IncomingMessage } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface HttpCall {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Leaving {
  /** Hang up once so many bytes came … */
  readonly afterBytes?: number | undefined;
  /** … or after this. */
  readonly afterMs?: number | undefined;
  /** … or when this says so. */
  readonly signal?: AbortSignal | undefined;
}

/** Broken off before its end, by either side; `text` is what had come. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
  readonly status: number | undefined;
  readonly text: string;
  constructor(status: number | undefined, text: string) {
    super('the connection broke off');
    this.status = status;
    this.text = text;
  }
}

/** Nothing is kept open between calls: a killed node is met by no call but those that it had. */
const agent = new Agent({ keepAlive: false });
const longestMs = 120_000;

/** Rejects with BrokenOff where the answer did not come to its end. */
export function callHttp(call: HttpCall, leaving: Leaving = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    let text = '';
    const sent = request(call.url, { method: call.method ?? 'GET', headers: { ...call.headers }, agent });
    const leave = (): void => void sent.destroy();
    const timers = [leaving.afterMs, longestMs].flatMap((ms) => (ms === undefined ? [] : [setTimeout(leave, ms)]));
    leaving.signal?.addEventListener('abort', leave);
    const end = (act: () => void): void => {
      for (const timer of timers) clearTimeout(timer);
      leaving.signal?.removeEventListener('abort', leave);
      act();
    };
    const broken = (): void => end(() => reject(new BrokenOff(status, text)));
    sent.on('error', broken);
    sent.on('response', (response) => {
      status = response.statusCode ?? 0;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (leaving.afterBytes !== undefined && text.length >= leaving.afterBytes) leave();
      });
      response.on('error', broken);
      response.on('close', () => {
        if (response.complete) end(() => resolve({ status: status ?? 0, headers: response.headers, text }));
        else broken();
      });
    });
    sent.end(call.body);
  });
}
