import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { composePage, type Row } from './compose-page.ts';
import type { InboundProtocol } from './feature.ts';
import { probeAll } from './probe-all.ts';

const page = readFileSync(new URL('../../../../docs/compatibility.md', import.meta.url), 'utf8');

let tables: ReadonlyMap<InboundProtocol, readonly Row[]>;

before(async () => {
  tables = await probeAll();
});

describe('every feature of every protocol against every kind of provider', () => {
  it('is kept, mapped, named as dropped, or refused in clear words: nothing is lost in silence', () => {
    const lost = [...tables].flatMap(([{ path }, rows]) =>
      rows.flatMap(({ feature, cells }) =>
        cells.flatMap(({ kind, whole, streamed }) =>
          [whole, streamed].flatMap((found) =>
            found?.fate === 'lost' ? [`${path} ${feature} with ${kind}: ${found.seen}`] : [],
          ),
        ),
      ),
    );
    assert.deepEqual(lost, []);
  });

  it('stands in docs/compatibility.md as it was seen (`npm run generate` writes it)', () => {
    assert.equal(page, composePage(tables));
  });
});
