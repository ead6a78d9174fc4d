import { nanoFromUsd, type AdmitScope, type NanoUsd } from '@tollgate/core';
import type { RecordedResponse } from '@tollgate/provider-simulator';
import { simulatorConfig } from '../support/simulator-config.ts';
import { startTestGateway } from '../support/test-gateway.ts';
import type { LogLine } from '../support/log-tail.ts';
import { startRecordedUpstream, type Replayed } from './recorded-upstream.ts';
import type { Protocol, Route } from './recordings.ts';

/** USD for a million tokens of every model that is asked for. */
export const price = { input: 1, cache_read: 0.1, cache_write: 1.25, output: 4 };

export interface ReplayingGateway {
  /** Calls a route, whose provider answers what is replayed. */
  ask(caller: Caller, of: Pick<Route, 'provider' | 'copy' | 'model'>, replayed: Replayed): Promise<Answered>;
  /** How many calls there were and lines of them in the log, and what all were charged, by the log and by the ledger. */
  sums(): Promise<ReplaySums>;
  stop(): Promise<void>;
}

export interface ReplaySums {
  readonly calls: number;
  readonly lines: number;
  readonly logged: NanoUsd;
  readonly booked: NanoUsd | undefined;
}

export type Caller = Protocol | 'embeddings';

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly line: LogLine;
  /** The path at which the provider was asked. */
  readonly askedAt: string | undefined;
}

const paths: Readonly<Record<Caller, string>> = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
  embeddings: '/v1/embeddings',
};

/** A gateway before providers of each kind that answer what was recorded. */
export async function startReplayingGateway(): Promise<ReplayingGateway> {
  const upstream = await startRecordedUpstream();
  const gateway = await startTestGateway({ config: configOf(upstream.url) });
  const { key, record } = await gateway.createKey({ tenant: 'replaying' });
  let calls = 0;
  let logged = 0n;
  return {
    ask: async (caller, { provider, copy = 0, model }, replayed) => {
      calls += 1;
      const word = upstream.serve(replayed);
      const response = await fetch(gateway.url + paths[caller], {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: `${provider}-${copy}/${model}`,
          ...bodyOf(caller, word, isStream(replayed.response)),
        }),
      });
      const text = await response.text();
      const askedAt = upstream.pathOf(word);
      const line = await gateway.requestLine(response);
      logged += nanoFromUsd(String(line['cost_usd'])) ?? 0n;
      return { status: response.status, text, line, askedAt };
    },
    sums: async () => {
      const limits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrency: undefined };
      const scope: AdmitScope = { kind: 'key', id: record.scopeId, limits, budgets: [] };
      const [standing] = await gateway.store.admission.standings(record.shard, [scope]);
      const lines = gateway.logText().match(/"endpoint":/g)?.length ?? 0;
      return { calls, lines, logged, booked: standing?.spentNanoUsd };
    },
    stop: async () => {
      await gateway.stop();
      upstream.stop();
    },
  };
}

export const isStream = ({ body }: RecordedResponse): boolean =>
  /^(?:data|event|:)/.test(body.toString('latin1', 0, 10));

function bodyOf(caller: Caller, prompt: string, stream: boolean): object {
  const messages = [{ role: 'user', content: prompt }];
  switch (caller) {
    case 'embeddings':
      return { input: prompt };
    case 'responses':
      return { input: prompt, stream };
    case 'messages':
      return { messages, max_tokens: 10_000, stream };
    case 'chat':
      return { messages, ...(stream ? { stream, stream_options: { include_usage: true } } : {}) };
  }
}

const kinds: Readonly<Record<Route['provider'], string>> = {
  openai: 'openai',
  openrouter: 'openrouter',
  anthropic: 'anthropic',
  compatible: 'openai-compatible',
};
const copies = 40;

function configOf(url: string): string {
  const prices = Object.entries({ ...price, context_window: 200_000, max_output: 10_000 });
  const priced = `{ ${prices.map(([name, value]) => `${name}: ${value}`).join(', ')} }`;
  const lines = (line: (name: string, type: string) => string): string =>
    Object.entries(kinds)
      .flatMap(([kind, type]) => Array.from({ length: copies }, (_, copy) => `\n  ${line(`${kind}-${copy}`, type)}`))
      .join('');
  return simulatorConfig(url, {
    providers: lines((name, type) => `${name}: { type: ${type}, base_url: "${url}", api_key: sk-replayed }`),
    models: lines((name) => `"${name}/*": { targets: [ { provider: ${name}, model: "*" } ] }`),
    tiers: '{ pro: { models: ["*"] } }',
    routing: '{ retry: { attempts: 1 }, breaker: { failures: 1000000, window_ms: 1000, open_ms: 1000 } }',
    pricing: lines((name) => `${name}: { replayed: ${priced}, codex-replayed: ${priced} }`),
  });
}
