import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptError, noUsage, type JsonObject } from '@tollgate/core';
import { createGeminiCountAdapter } from '../../src/gemini/count-tokens.ts';
import { messagesOverChat } from '../../src/messages-over-chat/protocol.ts';
import { providerRequest } from '../support/provider-request.ts';

const adapter = createGeminiCountAdapter(messagesOverChat);

const asked = (members: JsonObject) =>
  providerRequest({
    body: { model: 'm', messages: [{ role: 'user', content: 'hello' }], ...members },
    providerModel: 'gemini-3.6-flash',
  });

test('tokens are counted of what a message would say: system, turns and tools, and not how it is answered', () => {
  const { path, body, droppedFields } = adapter.buildRequest(
    asked({
      system: 'be brief',
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      thinking: { type: 'enabled', budget_tokens: 2000 },
    }),
  );
  assert.equal(path, '/models/gemini-3.6-flash:countTokens');
  const { generateContentRequest: counted }: { generateContentRequest: JsonObject } = JSON.parse(body.toString());
  assert.equal(counted['model'], 'models/gemini-3.6-flash');
  assert.deepEqual(counted['contents'], [{ role: 'user', parts: [{ text: 'hello' }] }]);
  assert.deepEqual(counted['systemInstruction'], { parts: [{ text: 'be brief' }] });
  assert.deepEqual(Object.keys(counted).toSorted(), ['contents', 'model', 'systemInstruction', 'tools']);
  assert.deepEqual(droppedFields, []);
});

test('the count is answered as Anthropic has it, and costs nothing', () => {
  const { body, facts } = adapter.readWhole(Buffer.from('{"totalTokens":12}'), asked({}));
  assert.deepEqual(JSON.parse(body.toString()), { input_tokens: 12 });
  assert.deepEqual(facts.usage, noUsage);
});

test('an answer without a count is an error', () => {
  assert.throws(
    () => adapter.readWhole(Buffer.from('{}'), asked({})),
    (error) => error instanceof AttemptError && error.code === 'malformed_answer',
  );
});

test('what Gemini cannot be asked is refused in the words of the message', () => {
  const messages = [
    { role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://a.example/b' } }] },
  ];
  assert.throws(() => adapter.buildRequest(asked({ messages })), { code: 'unsupported_field' });
});
