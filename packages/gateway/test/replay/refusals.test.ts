import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { exchangesOf, type Route } from './recordings.ts';
import { startReplayingGateway, type Answered, type Caller, type ReplayingGateway } from './replaying-gateway.ts';

/** The recordings are no part of this repository: TOLLGATE_WIRE_DIR names the folder that holds them. */
const folder = process.env['TOLLGATE_WIRE_DIR'];

interface Recorded {
  readonly provider: Route['provider'];
  readonly model?: string;
  /** Where the recording has none. */
  readonly recordedStatus?: number;
}

interface Refused extends Recorded {
  readonly callers: readonly Caller[];
  readonly status: number;
  readonly said: RegExp;
}

const every: readonly Caller[] = ['chat', 'responses', 'messages'];
const byResponses = { provider: 'openai', model: 'codex-replayed', callers: every } as const;

/** What the caller could mend is the provider's refusal in its words; what only the operator can is an error of the gateway. */
const refused: Readonly<Record<string, Refused>> = {
  '06': { provider: 'openai', callers: ['chat', 'messages'], status: 400, said: /'max_tokens' is not supported/ },
  '07': { provider: 'openai', callers: ['chat', 'messages'], status: 404, said: /gpt-4\.1-nano-wrong/ },
  '16': { provider: 'openai', callers: ['embeddings'], status: 404, said: /text-embedding-4-ultra/ },
  '17': { ...byResponses, status: 502, said: /error_in_answer/ },
  '18': { ...byResponses, recordedStatus: 429, status: 502, said: /quota_spent/ },
  '25': { ...byResponses, status: 502, said: /credential_refused/ },
  '40': { provider: 'anthropic', callers: every, status: 400, said: /temperature: range: 0\.\.1/ },
  '41': { provider: 'anthropic', callers: every, status: 502, said: /credential_refused/ },
  '42': { provider: 'anthropic', callers: every, status: 404, said: /claude-nonexistent/ },
  '45': { provider: 'openrouter', callers: ['chat'], status: 503, said: /rate_limited/ },
  '46': { provider: 'openrouter', callers: ['chat'], status: 400, said: /is not a valid model ID/ },
  '52': { provider: 'openrouter', callers: ['embeddings'], status: 400, said: /does not exist/ },
  '55': { provider: 'compatible', callers: every, status: 400, said: /exceeds the available context size/ },
};

function assertRefused(caller: Caller, { status, text, line }: Answered, expected: Refused): void {
  assert.equal(status, expected.status, text);
  const body: { type?: unknown; error: { type: unknown; message: string } } = JSON.parse(text);
  assert.match(body.error.message, expected.said);
  assert.equal(typeof body.error.type, 'string');
  assert.equal(body.type, caller === 'messages' ? 'error' : undefined);
  assert.deepEqual([line['outcome'], line['cost_usd'], line['estimated']], ['failed', '0', false]);
  assert.equal(typeof line['error_code'], 'string');
}

if (folder === undefined) {
  it('recordings are replayed once TOLLGATE_WIRE_DIR names their folder', { todo: 'TOLLGATE_WIRE_DIR is not set' });
} else {
  let replaying: ReplayingGateway;
  let asked = 0;

  before(async () => {
    replaying = await startReplayingGateway();
  });

  after(() => replaying.stop());

  /** At a provider of its own: a credential that was refused is set aside for the next call. */
  const ask = async (caller: Caller, number: string, { provider, model = 'replayed', recordedStatus }: Recorded) => {
    const [exchange] = exchangesOf(folder, number);
    assert.ok(exchange);
    const response = { ...exchange.response, status: recordedStatus ?? exchange.response.status };
    asked += 1;
    const whole = { response, pieces: [response.body], ending: 'complete' } as const;
    return replaying.ask(caller, { provider, model, copy: asked }, whole);
  };

  describe('a recorded refusal is an error in the protocol of its caller, and costs nothing', () => {
    for (const [number, expected] of Object.entries(refused)) {
      for (const caller of expected.callers) {
        it(`${number} of ${expected.provider}, to a caller of ${caller}`, async () => {
          assertRefused(caller, await ask(caller, number, expected), expected);
        });
      }
    }
  });

  describe('recorded embeddings', () => {
    for (const [number, cost] of [
      ['14', '0.000007'],
      ['15', '0.000005'],
    ] as const) {
      it(`${number} come as they were sent, and cost what they say`, async () => {
        const { text, line } = await ask('embeddings', number, { provider: 'openai' });
        const [exchange] = exchangesOf(folder, number);
        assert.equal(text, exchange?.response.body.toString('utf8'));
        assert.deepEqual([line['outcome'], line['cost_usd'], line['estimated']], ['completed', cost, false]);
      });
    }
  });
}
