import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escaped } from '../src/index.ts';

test('a text is escaped as JSON.stringify does it, whatever stands in it', () => {
  for (let unit = 0; unit <= 0xffff; unit += 1) {
    const text = `a${String.fromCharCode(unit)}b`;
    assert.equal(`"${escaped(text)}"`, JSON.stringify(text));
  }
  for (const text of ['', 'plain', '𝄞', '"', '\\']) {
    assert.equal(`"${escaped(text)}"`, JSON.stringify(text));
  }
});
