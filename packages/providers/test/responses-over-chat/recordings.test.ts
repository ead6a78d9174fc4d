import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonArray, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import { randomCuts, seededRandom } from '../anthropic/support/cuts.ts';
import { choiceOf, chunksOf } from '../anthropic/support/message-stream.ts';
import { providerRequest } from '../support/provider-request.ts';
import { checkResponseStream } from './support/check-grammar.ts';
import { bodyOf, chatAdapters, isStream, overResponses, recordedAnswers, skip } from './support/recorded.ts';
import { readPieces, responsesCall } from './support/say.ts';

const asked = { ...providerRequest(), call: responsesCall({ stream: true }) };
const askedAsChat = providerRequest({ wantsStreamUsage: true });

/** What an answer says, whatever protocol says it. */
interface Gist {
  readonly text: string;
  readonly refusal: string;
  readonly reasoning: string;
  readonly calls: readonly unknown[];
}

function gistOfChat(pieces: readonly JsonObject[]): Gist {
  const calls = new Map<unknown, { id: unknown; name: string; input: string }>();
  const joined = (member: string): string =>
    pieces.map((piece) => (typeof piece[member] === 'string' ? piece[member] : '')).join('');
  for (const [position, call] of pieces.flatMap((piece) => [...objectsOf(piece['tool_calls']).entries()])) {
    const index = call['index'] ?? position;
    const called = isJsonObject(call['function']) ? call['function'] : {};
    const known = calls.get(index) ?? { id: call['id'], name: '', input: '' };
    known.name += typeof called['name'] === 'string' ? called['name'] : '';
    known.input += typeof called['arguments'] === 'string' ? called['arguments'] : '';
    calls.set(index, known);
  }
  return {
    text: joined('content'),
    refusal: joined('refusal'),
    reasoning: joined('reasoning') || joined('reasoning_content'),
    calls: [...calls.values()].map(({ id, name, input }) => [id, name, input === '' ? '{}' : input]),
  };
}

function gistOfResponse(response: JsonObject): Gist {
  const items = objectsOf(response['output']);
  const parts = items.flatMap((item) => [...objectsOf(item['summary']), ...objectsOf(item['content'])]);
  const said = (types: readonly string[], member: string): string =>
    parts
      .map((part) =>
        types.some((type) => type === part['type']) && typeof part[member] === 'string' ? part[member] : '',
      )
      .join('');
  return {
    text: said(['output_text'], 'text'),
    refusal: said(['refusal'], 'refusal'),
    reasoning: said(['reasoning_text', 'summary_text'], 'text'),
    calls: items
      .filter(({ type }) => type === 'function_call')
      .map(({ call_id, name, arguments: args }) => [call_id, name, args]),
  };
}

const objectsOf = (value: unknown): readonly JsonObject[] => (isJsonArray(value) ? value.filter(isJsonObject) : []);

const messageOf = (holder: JsonObject, member: string): readonly JsonObject[] => {
  const piece = choiceOf(holder)?.[member];
  return isJsonObject(piece) ? [piece] : [];
};

for (const { name, chat, exchanges } of recordedAnswers()) {
  const adapter = overResponses(chat);
  const random = seededRandom(name);
  const answers = exchanges.filter(({ response }) => response.status === 200);

  for (const [position, exchange] of answers.entries()) {
    const body = bodyOf(exchange);
    const title = answers.length > 1 ? `${name} (${position + 1})` : name;

    if (!isStream(body)) {
      test(`${title}: a whole answer becomes a response that says the same`, () => {
        const said = tryParseJson(adapter.readWhole(body, asked).body.toString('utf8'));
        const completion = tryParseJson(chat.readWhole(body, askedAsChat).body.toString('utf8'));
        assert.ok(isJsonObject(said) && isJsonObject(completion));
        assert.deepEqual(gistOfResponse(said), gistOfChat(messageOf(completion, 'message')));
        assert.equal(said['status'], choiceOf(completion)?.['finish_reason'] === 'length' ? 'incomplete' : 'completed');
      });
      continue;
    }

    test(`${title}: a stream becomes the events of a response that says the same, however it is cut`, () => {
      const whole = readPieces(adapter.createStreamReader(asked), body);
      const chatStream = readPieces(chat.createStreamReader(askedAsChat), body);
      assert.equal(whole.error?.code, chatStream.error?.code);
      for (let round = 0; round < 100; round += 1) {
        assert.deepEqual(readPieces(adapter.createStreamReader(asked), body, randomCuts(body.length, random)), whole);
      }
      if (whole.error !== undefined) return;
      const response = checkResponseStream(whole.text);
      const chunks = chunksOf(chatStream.text.replace(/^: .*\n\n/gm, ''));
      const gist = gistOfChat(chunks.flatMap((chunk) => messageOf(chunk, 'delta')));
      // Parts of a summary are apart in a response; a chat shows them as paragraphs.
      const unbroken = ({ reasoning, ...rest }: Gist): unknown => [rest, reasoning.replaceAll('\n\n', '')];
      assert.deepEqual(unbroken(gistOfResponse(response)), unbroken(gist));
    });

    test(`${title}: a stream that breaks off at a hundred places ends no response`, () => {
      const terminal = /response\.(?:completed|incomplete)"/;
      for (let round = 0; round < 100; round += 1) {
        const { text, error } = readPieces(
          adapter.createStreamReader(asked),
          body.subarray(0, Math.floor(random() * body.length)),
        );
        assert.equal(error === undefined, terminal.test(text), text.slice(-200));
      }
    });
  }
}

test('there are recordings of every kind', { skip }, () => {
  const kinds = new Set(recordedAnswers().map(({ chat }) => chat));
  assert.equal(kinds.size, Object.keys(chatAdapters).length);
});
