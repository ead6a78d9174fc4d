import { Agent, request as requestOverHttp } from 'node:http';
import { text } from 'node:stream/consumers';
import got from 'got';
import { Pool } from 'undici';

/** Posts a JSON text and returns the answer's. */
export type PostJson = (body: string) => Promise<string>;

const path = '/v1/chat/completions';
const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-bench' };

/** The clients that were weighed, each set up as its documentation says for many calls to one address. */
export const clients: Readonly<Record<string, (origin: string) => PostJson>> = {
  'undici.Pool': (origin) => {
    const pool = new Pool(origin, { connections: 64, pipelining: 1 });
    return async (body) => {
      const answer = await pool.request({ path, method: 'POST', headers, body });
      return answer.body.text();
    };
  },
  'node:http': (origin) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    return (body) =>
      new Promise((resolve, reject) => {
        const sent = { ...headers, 'content-length': Buffer.byteLength(body) };
        requestOverHttp(origin + path, { method: 'POST', agent, headers: sent }, (answer) => {
          text(answer).then(resolve, reject);
        })
          .on('error', reject)
          .end(body);
      });
  },
  got: (origin) => {
    const client = got.extend({
      agent: { http: new Agent({ keepAlive: true, maxSockets: 64 }) },
      retry: { limit: 0 },
      headers,
    });
    return (body) => client.post(origin + path, { body }).text();
  },
  fetch: (origin) => async (body) => {
    const answer = await fetch(origin + path, { method: 'POST', headers, body });
    return answer.text();
  },
};
