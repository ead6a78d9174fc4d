import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  readTranscripts,
  startProviderSimulator,
  type Exchange,
  type ProviderName,
  type ProviderSimulator,
} from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import type { LogLine } from './support/log-tail.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

/**
 * Recorded chat traffic of real providers, replayed through the gateway over HTTP, with costs worked out by hand from
 * the prices that Tollgate ships; every protocol that callers speak is in `replay/`. The recordings are not part of this
 * repository: TOLLGATE_WIRE_DIR names the folder that holds them.
 */
const wireFolder = process.env['TOLLGATE_WIRE_DIR'];

/** What the log line has to say: input with cached tokens, cache reads, cache writes, output, reasoning, USD. */
type Counted = readonly [
  input: number,
  cacheRead: number,
  cacheWrite: number,
  output: number,
  reasoning: number,
  usd: string,
];

interface Recording {
  readonly number: string;
  readonly provider: ProviderName;
  /** As the provider calls it. */
  readonly model: string;
  readonly stream: boolean;
  /**
   * One for each exchange of the file, in order; costs worked out by hand from the recorded usage and the
   * price list. Recording 44 reports more reasoning than output; a part counts as no more than the whole.
   */
  readonly counted: readonly Counted[];
}

const passedThrough: readonly Recording[] = [
  { number: '01', provider: 'openai', model: 'gpt-5-nano', stream: false, counted: [[8, 0, 0, 377, 320, '0.0001512']] },
  { number: '02', provider: 'openai', model: 'gpt-5-nano', stream: true, counted: [[12, 0, 0, 100, 100, '0.0000406']] },
  {
    number: '03',
    provider: 'openai',
    model: 'gpt-5-nano',
    stream: false,
    counted: [[162, 0, 0, 219, 192, '0.0000957']],
  },
  {
    number: '04',
    provider: 'openai',
    model: 'gpt-5-nano',
    stream: false,
    counted: [[2245, 0, 0, 100, 100, '0.00015225']],
  },
  {
    number: '05',
    provider: 'openai',
    model: 'gpt-5-nano',
    stream: false,
    counted: [[21, 0, 0, 280, 256, '0.00011305']],
  },
  { number: '08', provider: 'openai', model: 'gpt-4o', stream: true, counted: [[157, 0, 0, 45, 0, '0.0008425']] },
  { number: '09', provider: 'openai', model: 'gpt-4.1-mini', stream: true, counted: [[23, 0, 0, 1, 0, '0.0000108']] },
  { number: '10', provider: 'openai', model: 'gpt-4o', stream: true, counted: [[49, 0, 0, 12, 0, '0.0002425']] },
  { number: '11', provider: 'openai', model: 'gpt-4.1-mini', stream: true, counted: [[101, 0, 0, 16, 0, '0.000066']] },
  { number: '12', provider: 'openai', model: 'gpt-5-nano', stream: true, counted: [[15, 0, 0, 78, 64, '0.00003195']] },
  { number: '13', provider: 'openai', model: 'gpt-5-nano', stream: false, counted: [[16, 0, 0, 16, 16, '0.0000072']] },
  {
    number: '43',
    provider: 'openrouter',
    model: 'openai/gpt-4o-mini',
    stream: true,
    counted: [[14, 0, 0, 3, 0, '0.0000039']],
  },
  {
    number: '44',
    provider: 'openrouter',
    model: 'minimax/minimax-m2:free',
    stream: true,
    counted: [[43, 0, 0, 10, 10, '0']],
  },
  {
    number: '47',
    provider: 'openrouter',
    model: 'anthropic/claude-haiku-4.5',
    stream: true,
    counted: [[94, 0, 0, 506, 497, '0.002624']],
  },
  {
    number: '48',
    provider: 'openrouter',
    model: 'openai/gpt-4o',
    stream: true,
    counted: [[157, 0, 0, 46, 0, '0.0008525']],
  },
  {
    number: '49',
    provider: 'openrouter',
    model: 'openai/gpt-4o-mini',
    stream: true,
    counted: [[101, 0, 0, 16, 0, '0.00002475']],
  },
  {
    number: '50',
    provider: 'openrouter',
    model: 'anthropic/claude-sonnet-4.6',
    stream: true,
    counted: [[254, 0, 0, 5, 0, '0.000837']],
  },
  {
    number: '53',
    provider: 'openrouter',
    model: 'anthropic/claude-haiku-4.5',
    stream: false,
    counted: [[16, 0, 0, 13, 0, '0.000081']],
  },
];

const translated: readonly Recording[] = [
  {
    number: '26',
    provider: 'anthropic',
    model: 'claude-sonnet-4-6',
    stream: true,
    counted: [[700, 0, 0, 70, 0, '0.00315']],
  },
  {
    number: '27',
    provider: 'anthropic',
    model: 'claude-sonnet-4-6',
    stream: true,
    counted: [[69, 0, 0, 353, 158, '0.005502']],
  },
  {
    number: '28',
    provider: 'anthropic',
    model: 'claude-sonnet-4-6',
    stream: true,
    counted: [[100, 0, 0, 13, 7, '0.000495']],
  },
  {
    number: '29',
    provider: 'anthropic',
    model: 'claude-sonnet-4-6',
    stream: true,
    counted: [
      [4565, 0, 4562, 7, 0, '0.0172215'],
      [4565, 4562, 0, 7, 0, '0.0014826'],
    ],
  },
  {
    number: '30',
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    stream: true,
    counted: [[27, 0, 0, 6, 0, '0.000057']],
  },
  {
    number: '31',
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    stream: true,
    counted: [[40, 0, 0, 3, 0, '0.000055']],
  },
  {
    number: '32',
    provider: 'anthropic',
    model: 'claude-sonnet-4-6',
    stream: false,
    counted: [
      [628, 0, 0, 53, 0, '0.002679'],
      [139, 0, 0, 2, 0, '0.000447'],
    ],
  },
  {
    number: '33',
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    stream: false,
    counted: [
      [423, 0, 0, 202, 0, '0.001433'],
      [771, 0, 0, 77, 0, '0.001156'],
    ],
  },
  {
    number: '34',
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    stream: true,
    counted: [[543, 0, 0, 40, 0, '0.000743']],
  },
  {
    number: '35',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    stream: false,
    counted: [[2682, 0, 0, 101, 0, '0.009561']],
  },
  {
    number: '36',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    stream: true,
    counted: [[565, 0, 0, 48, 0, '0.002415']],
  },
  {
    number: '37',
    provider: 'anthropic',
    model: 'claude-fable-5',
    stream: true,
    counted: [[18, 0, 0, 5, 0, '0.00043']],
  },
  {
    number: '38',
    provider: 'anthropic',
    model: 'claude-opus-4-5',
    stream: true,
    counted: [[61, 0, 0, 2, 0, '0.000355']],
  },
  {
    number: '39',
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    stream: true,
    counted: [[17, 0, 0, 227, 0, '0.001152']],
  },
];

if (wireFolder === undefined) {
  it('recordings are replayed once TOLLGATE_WIRE_DIR names their folder', { todo: 'TOLLGATE_WIRE_DIR is not set' });
} else {
  let simulator: ProviderSimulator;
  let gateway: TestGateway;

  before(async () => {
    simulator = await startProviderSimulator({ port: 0 });
    gateway = await startTestGateway({
      config: simulatorConfig(simulator.url, {
        models: `
  "openai/*": { targets: [ { provider: openai, model: "*" } ] }
  "openrouter/*": { targets: [ { provider: openrouter, model: "*" } ] }
  "anthropic/*": { targets: [ { provider: anthropic, model: "*" } ] }
  "compatible/*": { targets: [ { provider: local, model: "*" } ] }`,
        routing: '{ retry: { attempts: 1 } }',
        tiers: '{ pro: { models: ["*"] } }',
      }),
    });
  });

  after(async () => {
    await simulator.stop();
    await gateway.stop();
  });

  const recorded = (number: string): readonly Exchange[] => {
    const name = readdirSync(wireFolder).find((file) => file.startsWith(`${number}-`));
    assert.ok(name, `${wireFolder} has a recording ${number}`);
    return readTranscripts(join(wireFolder, name));
  };

  const replay = async (recording: Recording, exchange: Exchange, bytesPerWrite: number): Promise<Response> => {
    simulator.replay({ provider: recording.provider, exchanges: [exchange], bytesPerWrite });
    return gateway.chat({
      model: `${recording.provider}/${recording.model}`,
      messages: [{ role: 'user', content: 'replayed' }],
      ...(recording.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    });
  };

  const countedBy = (line: LogLine): Counted => {
    const number = (field: string): number => Number(line[field]);
    return [
      number('input_tokens'),
      number('cache_read_tokens'),
      number('cache_write_tokens'),
      number('output_tokens'),
      number('reasoning_tokens'),
      String(line['cost_usd']),
    ];
  };

  describe('recordings of OpenAI-like chat, passed through', () => {
    for (const recording of passedThrough) {
      it(`${recording.number} comes out byte by byte as ${recording.provider} sent it; usage and cost are right`, async () => {
        for (const [index, exchange] of recorded(recording.number).entries()) {
          const response = await replay(recording, exchange, 7);
          const body = Buffer.from(await response.arrayBuffer()).toString('utf8');
          assert.equal(response.status, 200, body);
          assert.equal(body, exchange.response.body.toString('utf8'));
          assert.deepEqual(countedBy(await gateway.requestLine(response)), recording.counted[index]);
        }
      });
    }
  });

  describe('a recording of a server that reports no usage', () => {
    it('56 comes out as it was sent, its last event completed; the charge is an estimate and says so', async () => {
      const [exchange] = recorded('56');
      assert.ok(exchange);
      simulator.replay({ provider: 'compatible', exchanges: [exchange] });
      const response = await gateway.chat({
        model: 'compatible/any',
        messages: [{ role: 'user', content: 'replayed' }],
        stream: true,
      });
      const body = await response.text();
      const sent = exchange.response.body.toString('utf8');
      assert.equal(body.trimEnd(), sent.trimEnd());
      assert.ok(body.endsWith('data: [DONE]\n\n'));
      const line = await gateway.requestLine(response);
      assert.equal(line['outcome'], 'completed');
      assert.equal(line['estimated'], true);
      assert.ok(Number(line['output_tokens']) > 0);
    });
  });

  describe('recordings of Anthropic messages, translated', () => {
    for (const recording of translated) {
      it(`${recording.number} comes out as a chat completion; usage and cost are right`, async () => {
        for (const [index, exchange] of recorded(recording.number).entries()) {
          const response = await replay(recording, exchange, 11);
          const body = await response.text();
          assert.equal(response.status, 200, body);
          if (recording.stream) assert.ok(body.endsWith('data: [DONE]\n\n'), body);
          else assert.equal((JSON.parse(body) as { object: string }).object, 'chat.completion');
          assert.deepEqual(countedBy(await gateway.requestLine(response)), recording.counted[index]);
        }
      });
    }
  });
}
