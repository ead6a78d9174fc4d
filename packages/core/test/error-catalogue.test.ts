import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { errorCatalogue } from '@tollgate/core';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

/** Rows of the table, cell by cell. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('docs/errors.md', () => {
  it('lists every error of the catalogue as the code has it, and no other', () => {
    const expected = Object.entries(errorCatalogue).map(([code, entry]) => [
      `\`${code}\``,
      String(entry.status),
      `\`${entry.type}\``,
      entry.retryHelps ? 'yes' : 'no',
      entry.meaning,
    ]);
    assert.deepEqual(rows, expected);
  });
});
