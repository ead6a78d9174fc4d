import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { noUsage, type AttemptErrorCode, type Usage } from '@tollgate/core';
import { readTranscripts } from '@tollgate/provider-simulator';
import type { Adapter, AnswerFacts } from '../../src/base/adapter.ts';
import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';
import { openaiAdapter } from '../../src/openai/adapter.ts';
import { openrouterAdapter } from '../../src/openrouter/adapter.ts';
import { providerRequest } from '../support/provider-request.ts';

type Expected = Partial<AnswerFacts>;

const used = (usage: Partial<Usage>): Usage => ({ ...noUsage, ...usage });

/** What is to be learned from each recorded answer, by file. */
const answers: readonly (readonly [Adapter, string, Expected])[] = [
  [
    openaiAdapter,
    '01-openai-chat-nonstream-basic.yaml',
    { finishReason: 'stop', usage: used({ inputUncached: 8, output: 377, reasoning: 320 }), serviceTier: 'default' },
  ],
  [
    openaiAdapter,
    '02-openai-chat-stream-usage-length.yaml',
    { contentSeen: false, finishReason: 'length', usage: used({ inputUncached: 12, output: 100, reasoning: 100 }) },
  ],
  [
    openaiAdapter,
    '03-openai-chat-nonstream-parallel-tools.yaml',
    { finishReason: 'tool_calls', usage: used({ inputUncached: 162, output: 219, reasoning: 192 }) },
  ],
  [
    openaiAdapter,
    '04-openai-chat-nonstream-multimodal-image.yaml',
    { finishReason: 'length', usage: used({ inputUncached: 2245, output: 100, reasoning: 100 }) },
  ],
  [
    openaiAdapter,
    '05-openai-chat-nonstream-json-mode.yaml',
    { finishReason: 'stop', usage: used({ inputUncached: 21, output: 280, reasoning: 256 }) },
  ],
  [
    openaiAdapter,
    '08-openai-chat-stream-two-tool-calls.yaml',
    { contentSeen: true, finishReason: 'tool_calls', usage: used({ inputUncached: 157, output: 45 }) },
  ],
  [
    openaiAdapter,
    '09-openai-chat-stream-logprobs-length.yaml',
    { finishReason: 'length', usage: used({ inputUncached: 23, output: 1 }) },
  ],
  [
    openaiAdapter,
    '10-openai-chat-stream-refusal.yaml',
    { contentSeen: true, contentBytes: 45, usage: used({ inputUncached: 49, output: 12 }) },
  ],
  [
    openaiAdapter,
    '11-openai-chat-stream-tool-truncated.yaml',
    { finishReason: 'length', usage: used({ inputUncached: 101, output: 16 }) },
  ],
  [
    openaiCompatibleAdapter,
    '12-openai-chat-stream-azure-empty-choices-first.chunks.txt',
    { answeredModel: 'gpt-5-nano-2025-08-07', usage: used({ inputUncached: 15, output: 78, reasoning: 64 }) },
  ],
  [
    openaiAdapter,
    '13-openai-chat-blocking-reasoning-empty.yaml',
    { contentSeen: false, finishReason: 'length', usage: used({ inputUncached: 16, output: 16, reasoning: 16 }) },
  ],
  [
    openrouterAdapter,
    '43-openrouter-stream-cost-comments.yaml',
    { finishReason: 'stop', usage: used({ inputUncached: 14, output: 3 }), reportedCostNanoUsd: 3900n },
  ],
  [
    openrouterAdapter,
    '44-openrouter-stream-error-in-chunk.yaml',
    {
      finishReason: 'length',
      usage: used({ inputUncached: 43, output: 10, reasoning: 10 }),
      reportedCostNanoUsd: 0n,
      contentBytes: 42,
    },
  ],
  [
    openrouterAdapter,
    '47-openrouter-stream-anthropic-reasoning.yaml',
    { usage: used({ inputUncached: 94, output: 506, reasoning: 497 }), reportedCostNanoUsd: 2_624_000n },
  ],
  [
    openrouterAdapter,
    '48-openrouter-stream-two-tools.yaml',
    { finishReason: 'tool_calls', usage: used({ inputUncached: 157, output: 46 }), reportedCostNanoUsd: 852_500n },
  ],
  [
    openrouterAdapter,
    '49-openrouter-stream-tool-truncated.yaml',
    { finishReason: 'length', usage: used({ inputUncached: 101, output: 16 }), reportedCostNanoUsd: 24_750n },
  ],
  [
    openrouterAdapter,
    '50-openrouter-stream-cache.yaml',
    { usage: used({ inputUncached: 254, output: 5 }), reportedCostNanoUsd: 837_000n },
  ],
  [
    openrouterAdapter,
    '53-openrouter-nonstream-leading-whitespace.yaml',
    { finishReason: 'stop', usage: used({ inputUncached: 16, output: 13 }), reportedCostNanoUsd: 81_000n },
  ],
  [
    openaiCompatibleAdapter,
    '56-compat-anthropic-fallback-sse.sse',
    { finishReason: 'tool_calls', usage: undefined, answeredModel: 'claude-haiku-4-5-20251001' },
  ],
];

const refusals: readonly (readonly [Adapter, string, AttemptErrorCode])[] = [
  [openaiAdapter, '06-openai-chat-error-400-bad-request.yaml', 'request_rejected'],
  [openaiAdapter, '07-openai-chat-error-404-unknown-model.yaml', 'model_not_found'],
  [openaiAdapter, '25-openai-responses-error-401-text-plain.yaml', 'credential_refused'],
  [openrouterAdapter, '45-openrouter-error-429-upstream.yaml', 'rate_limited'],
  [openrouterAdapter, '46-openrouter-error-400-bad-model.yaml', 'model_not_found'],
  [openaiCompatibleAdapter, '55-compat-llamacpp-context-overflow.yaml', 'context_too_long'],
];

/** What the caller gets of a recorded body, and what was learned from it. */
function replay(adapter: Adapter, body: Buffer): { bytes: Buffer; facts: AnswerFacts } {
  const stream = body.includes('data: ');
  const request = providerRequest({ body: { model: 'm', messages: [], stream }, wantsStreamUsage: true });
  if (!stream) {
    const answer = adapter.readWhole(body, request);
    return { bytes: answer.body, facts: answer.facts };
  }
  const reader = adapter.createStreamReader(request);
  return { bytes: Buffer.concat([reader.push(body), reader.end()]), facts: reader.facts };
}

/** A file that was trimmed lacks the blank line behind its last event. */
const withLastLine = (body: Buffer): Buffer =>
  body.toString('utf8').endsWith('[DONE]\n') && !body.toString('utf8').endsWith('\n\n')
    ? Buffer.concat([body, Buffer.from('\n')])
    : body;

const folder = process.env['TOLLGATE_WIRE_DIR'];

if (folder === undefined) {
  test('TOLLGATE_WIRE_DIR names no folder, so no recorded transcript was replayed here', (context) => {
    context.diagnostic(`${answers.length + refusals.length} transcripts were left out`);
  });
} else {
  for (const [adapter, file, expected] of answers) {
    test(`${file}: relayed byte by byte, and read right`, () => {
      for (const { response } of readTranscripts(join(folder, file))) {
        const { bytes, facts } = replay(adapter, response.body);
        assert.equal(bytes.toString('utf8'), withLastLine(response.body).toString('utf8'));
        for (const [name, value] of Object.entries(expected)) {
          assert.deepEqual(Reflect.get(facts, name), value, name);
        }
      }
    });
  }

  for (const [adapter, file, code] of refusals) {
    test(`${file}: understood as ${code}`, () => {
      for (const { response } of readTranscripts(join(folder, file))) {
        assert.equal(adapter.readError(response.status, response.headers, response.body).code, code);
      }
    });
  }
}
