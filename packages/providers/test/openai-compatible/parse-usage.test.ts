import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage, type JsonObject, type Usage } from '@tollgate/core';
import { parseUsage } from '../../src/openai-compatible/parse-usage.ts';

const expectUsage = (usage: JsonObject, expected: Partial<Usage>): void =>
  assert.deepEqual(parseUsage(usage), { ...noUsage, ...expected });

test('cached and written tokens are taken out of the prompt, which includes them', () => {
  expectUsage(
    {
      prompt_tokens: 2006,
      completion_tokens: 300,
      prompt_tokens_details: { cached_tokens: 1920, cache_write_tokens: 50, audio_tokens: 6 },
      completion_tokens_details: { reasoning_tokens: 128, audio_tokens: 20 },
    },
    {
      inputUncached: 30,
      cacheRead: 1920,
      cacheWrite5m: 50,
      inputAudio: 6,
      output: 280,
      reasoning: 128,
      outputAudio: 20,
    },
  );
});

test('Gemini through OpenRouter, cached and written being the same tokens, leaves none below zero', () => {
  expectUsage(
    {
      prompt_tokens: 2168,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 2161, cache_write_tokens: 2161 },
    },
    { inputUncached: 0, cacheRead: 2161, cacheWrite5m: 2161, output: 5 },
  );
});

test("DeepSeek's hit and miss", () => {
  expectUsage(
    { prompt_tokens: 100, completion_tokens: 5, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 },
    { inputUncached: 36, cacheRead: 64, output: 5 },
  );
});

test('more reasoning than completion is no more than the completion', () => {
  expectUsage(
    { prompt_tokens: 43, completion_tokens: 10, total_tokens: 53, completion_tokens_details: { reasoning_tokens: 11 } },
    { inputUncached: 43, output: 10, reasoning: 10 },
  );
});

test('reasoning counted beside the completion, as the total tells, is output', () => {
  expectUsage(
    {
      prompt_tokens: 10,
      completion_tokens: 9,
      total_tokens: 119,
      completion_tokens_details: { reasoning_tokens: 100 },
    },
    { inputUncached: 10, output: 109, reasoning: 100 },
  );
});

test('a completion that is not said is what the total leaves', () => {
  expectUsage({ prompt_tokens: 10, total_tokens: 12 }, { inputUncached: 10, output: 2 });
});

test('zero is zero', () => {
  expectUsage({ prompt_tokens: 0, completion_tokens: 0 }, {});
});

test('null details and counts of a wrong type are ignored', () => {
  expectUsage(
    {
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_tokens_details: null,
      completion_tokens_details: { reasoning_tokens: '3', audio_tokens: -1 },
    },
    { inputUncached: 10, output: 5 },
  );
});

test('what says too little is unknown, not zero', () => {
  for (const usage of [undefined, null, 'x', [], {}, { prompt_tokens: 5 }, { completion_tokens: 5 }]) {
    assert.equal(parseUsage(usage), undefined);
  }
  for (const count of ['10', -1, 1.5, Number.NaN, null, {}, 2 ** 60]) {
    assert.equal(parseUsage({ prompt_tokens: count, completion_tokens: 1 }), undefined);
  }
});
