import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clipToTokens, countTokens, splitByTokens, textPiece } from '../../src/answer/count-tokens.ts';
import { readDirectives } from '../../src/answer/directives.ts';
import { PromptCache } from '../../src/answer/prompt-cache.ts';
import { sampleJson } from '../../src/answer/sample-json.ts';

const texts = ['', 'a', 'abcd', 'abcde', 'grüße an alle', '🚧🚧🚧🚧🚧', 'a🚧b🚧c', '日本語のテキスト'];

describe('tokens', () => {
  test('a begun token counts', () => {
    assert.deepEqual(
      ['', 'a', 'abcd', 'abcde', '🚧'].map((text) => countTokens(text)),
      [0, 1, 1, 2, 1],
    );
  });

  test('pieces are whole characters that add up to the text', () => {
    for (const text of texts) {
      for (const tokens of [1, 2, 3]) {
        const pieces = [...splitByTokens(text, tokens)];
        assert.equal(pieces.join(''), text);
        assert.ok(pieces.every((piece) => piece !== '' && !piece.includes('�') && countTokens(piece) <= tokens));
      }
    }
  });

  test('a clipped text is the beginning that fits', () => {
    for (const text of texts) {
      for (const tokens of [0, 1, 2]) {
        const clipped = clipToTokens(text, tokens);
        assert.ok(text.startsWith(clipped) && !clipped.includes('�'));
        assert.ok(countTokens(clipped) <= tokens);
      }
    }
  });
});

describe('the prompt cache', () => {
  const long = (letter: string) => textPiece(letter.repeat(4096));

  test('reads the longest beginning that it knows, in steps of 128 tokens', () => {
    const cache = new PromptCache();
    cache.read('a', [long('x'), textPiece('y'.repeat(300))], 'automatic');
    const read = cache.read('a', [long('x'), textPiece('z')], 'automatic');
    assert.deepEqual(read, { inputUncached: 1, cacheRead: 1024, cacheWrite5m: 0, cacheWrite1h: 0 });
  });

  test('keeps scopes apart and does not cache short prompts', () => {
    const cache = new PromptCache();
    cache.read('a', [long('x')], 'automatic');
    assert.equal(cache.read('b', [long('x')], 'automatic').cacheRead, 0);
    cache.read('a', [textPiece('x')], 'automatic');
    assert.equal(cache.read('a', [textPiece('x')], 'automatic').cacheRead, 0);
  });

  test('forgets the oldest beyond its capacity', () => {
    const cache = new PromptCache(2);
    for (const letter of ['x', 'y', 'z']) cache.read('a', [long(letter)], 'automatic');
    assert.equal(cache.read('a', [long('z')], 'automatic').cacheRead, 1024);
    assert.equal(cache.read('a', [long('x')], 'automatic').cacheRead, 0);
  });

  test('marks of both times to live are written apart', () => {
    const pieces = [textPiece('x'.repeat(40), '1h'), textPiece('y'.repeat(20), '5m'), textPiece('z'.repeat(8))];
    assert.deepEqual(new PromptCache().read('a', pieces, 'marked'), {
      inputUncached: 2,
      cacheRead: 0,
      cacheWrite5m: 5,
      cacheWrite1h: 10,
    });
  });
});

describe('sampled JSON', () => {
  test('satisfies what a schema asks for', () => {
    const cases = [
      [{ type: 'string', minLength: 20 }, 'example value.......'],
      [{ type: 'string', maxLength: 3 }, 'exa'],
      [{ type: 'string', format: 'date' }, '2026-01-01'],
      [{ type: 'integer', minimum: 2.5 }, 3],
      [{ type: 'number', maximum: -4 }, -4],
      [{ type: ['null', 'boolean'] }, true],
      [{ const: 0 }, 0],
      [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, 1],
      [{ allOf: [{ properties: { a: { const: 1 } } }, { properties: { b: { const: 2 } } }] }, { a: 1, b: 2 }],
      [{ type: 'array', items: { enum: ['x'] }, minItems: 2 }, ['x', 'x']],
    ] as const;
    for (const [schema, sampled] of cases) assert.deepEqual(sampleJson(schema), sampled);
  });

  test('ends with a schema that contains itself', () => {
    const schema = { properties: { next: { $ref: '#' } } };
    assert.match(JSON.stringify(sampleJson(schema)), /null/);
  });
});

describe('directives', () => {
  test('are read from anywhere in the text, and leave the rest', () => {
    const read = readDirectives('a [[tool:x]] b [[tool:y]][[fault:429 retry_after=1]] [[unknown]] c');
    assert.deepEqual(read.tools, ['x', 'y']);
    assert.equal(read.fault, '429 retry_after=1');
    assert.equal(read.rest, 'a  b  [[unknown]] c');
  });

  test('may hold brackets and lines', () => {
    assert.equal(readDirectives('[[say:{"a":[1]}\nb]]').say, '{"a":[1]}\nb');
  });
});
