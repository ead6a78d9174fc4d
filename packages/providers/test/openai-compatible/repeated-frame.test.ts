import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isJsonObject, tryParseJson } from '@tollgate/core';
import { openaiCompatibleAdapter, plainDialect } from '../../src/openai-compatible/adapter.ts';
import { ChatFacts } from '../../src/openai-compatible/chat-facts.ts';
import { RepeatedFrame } from '../../src/openai-compatible/repeated-frame.ts';
import { done, finishChunk, textChunk } from '../support/chat-answers.ts';
import { providerRequest, streamingBody } from '../support/provider-request.ts';

/** Texts that are easy, and texts in which a frame's end is hard to see. */
const content = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(' word', 'a', ' the', '字', '🙂', 'é') },
  fc.constantFrom('', '"', '\\', '\\"', '","finish_reason":"stop"', '"content":"', '\n', '\u0001', '\ud800'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const delta = fc.oneof(
  { weight: 6, arbitrary: content.map((text) => ({ content: text })) },
  content.map((text) => ({ role: 'assistant', content: text, refusal: null })),
  content.map((text) => ({ content: text, reasoning: text })),
  content.map((text) => ({ content: '', reasoning: text })),
  content.map((text) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] })),
  fc.constant({}),
);

const frame = fc
  .record({
    delta,
    finish: fc.option(fc.constantFrom('stop', ''), { freq: 12 }),
    tier: fc.constantFrom('default', 'default', 'default', 'flex'),
    spaces: fc.constantFrom(undefined, undefined, 1),
    lineEnd: fc.constantFrom('\n', '\n', '\r\n'),
  })
  .map(({ delta: piece, finish, tier, lineEnd, spaces }) => {
    const json = JSON.stringify({
      id: 'x',
      model: 'm-1',
      service_tier: tier,
      choices: [{ index: 0, delta: piece, finish_reason: finish }],
    });
    const text = spaces === undefined ? json : json.replaceAll('":', '": ');
    return `data: ${text}${lineEnd}${lineEnd}`;
  });

test('frames that repeat each other are passed on and learned from as if each were read, wherever they are cut', () => {
  const frames = fc.array(fc.tuple(frame, fc.integer({ min: 1, max: 4 })), { maxLength: 12 });
  fc.assert(
    fc.property(frames, fc.array(fc.nat(400), { maxLength: 12 }), (runs, cuts) => {
      const events = runs.flatMap(([text, times]) => Array.from({ length: times }, () => text));
      const stream = Buffer.from(events.join('') + done);
      const reader = openaiCompatibleAdapter.createStreamReader(providerRequest({ body: streamingBody }));
      const passed: Buffer[] = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        passed.push(Buffer.from(reader.push(stream.subarray(at, Math.min(stream.length, at + cut)))));
        at = Math.min(stream.length, at + cut);
      }
      passed.push(reader.end());
      assert.equal(Buffer.concat(passed).toString('latin1'), stream.toString('latin1'));
      assert.deepEqual(plainFacts(reader.facts), plainFacts(factsOf(events)));
    }),
    { numRuns: 600 },
  );
});

/** By reading each frame's JSON. */
function factsOf(events: readonly string[]): ChatFacts {
  const facts = new ChatFacts(plainDialect);
  for (const event of events) {
    const chunk = tryParseJson(event.slice('data: '.length).trim());
    assert.ok(isJsonObject(chunk));
    facts.readFrame(chunk);
    for (const choice of [chunk['choices']].flat()) if (isJsonObject(choice)) facts.readChoice(choice);
  }
  return facts;
}

const plainFacts = (facts: object): object => JSON.parse(JSON.stringify(facts)) as object;

test('one chunk of many frames is matched as far as they repeat', () => {
  const repeated = new RepeatedFrame();
  repeated.learn(Buffer.from(textChunk('Hi')), 'Hi');
  const run = textChunk(' there') + textChunk('字');
  const { end, contentBytes } = repeated.match(Buffer.from(run + finishChunk('stop')));
  assert.equal(end, Buffer.byteLength(run));
  assert.equal(contentBytes, 9);
});

test('a provider that says something else each time is not compared with for ever', () => {
  const repeated = new RepeatedFrame();
  const frameOf = (model: number): Buffer => Buffer.from(textChunk('Hi').replace('m-1', `m-${model}`));
  for (let model = 10; model < 50; model += 1) repeated.learn(frameOf(model), 'Hi');
  assert.equal(repeated.match(frameOf(49)).end, 0);
});
